namespace EdgeAgent.Configuration;

/// <summary>Knows what must never be printed.</summary>
internal static class Secrets
{
    private static readonly string[] Words = ["password", "passwd", "passphrase", "secret", "token", "credential", "private_key"];

    /// <summary>Whether the value of this key stays unsaid; that of <c>password_file</c> too, for some write the password there.</summary>
    public static bool IsSecret(string key)
        => Array.Exists(Words, word => key.Replace('-', '_').Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a text may hold a secret: it names one, or is a URL with a user in it.</summary>
    public static bool MayHold(string text) => IsSecret(text) || IsUrlWithUser(text);

    /// <summary>Whether a text looks like <c>scheme://user:password@host</c>.</summary>
    public static bool IsUrlWithUser(string text)
        => text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal);
}
