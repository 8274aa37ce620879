using EdgeAgent.Files;
using EdgeAgent.Rules;

namespace EdgeAgent.Configuration;

/// <summary>
/// Reads texts, words, paths and yes or no. Each method gives the fallback where the key is absent, or wrong and reported.
/// </summary>
internal static class TomlValues
{
    /// <summary>A text that is not empty. <paramref name="check"/> says what it should be where it is wrong.</summary>
    public static string? Text(this TomlScope scope, string key, Func<string, string?>? check = null)
    {
        if (scope.Find(key) is not { } value)
            return null;
        if (value is not TextNode text || string.IsNullOrWhiteSpace(text.Value))
            scope.Wrong(key, value, "a text in quotes");
        else if (check?.Invoke(text.Value) is { } expected)
            scope.Wrong(key, value, expected);
        else
            return text.Value;
        return null;
    }

    /// <summary>As <see cref="Text(TomlScope, string, Func{string, string?}?)"/>; an absent key is reported with an example.</summary>
    public static string NeededText(this TomlScope scope, string key, string example, Func<string, string?>? check = null)
    {
        if (!scope.Has(key))
            scope.Missing(key, $"write, for example, {key} = \"{example}\"");
        return scope.Text(key, check) ?? "";
    }

    public static IReadOnlyList<string> NeededTexts(this TomlScope scope, string key, string example, Func<string, string?> check)
    {
        if (scope.Find(key) is not { } value)
        {
            scope.Missing(key, $"write, for example, {key} = [\"{example}\"]");
            return [];
        }
        var items = value switch
        {
            ListNode list => list.Items,
            TextNode { FromEnvironment: true } text => Split(text),
            _ => [],
        };
        if (items.Count == 0)
            scope.Wrong(key, value, "a list of texts, with one at least");
        foreach (var item in items)
        {
            if (item is not TextNode text)
                scope.Wrong(key, item, "a text in quotes");
            else if (check(text.Value) is { } expected)
                scope.Wrong(key, item, expected);
        }
        return [.. items.OfType<TextNode>().Select(item => item.Value)];
    }

    public static bool Boolean(this TomlScope scope, string key, bool fallback)
    {
        switch (scope.Find(key))
        {
            case null:
                return fallback;
            case BooleanNode boolean:
                return boolean.Value;
            case TextNode { FromEnvironment: true } text when bool.TryParse(text.Value, out var read):
                return read;
            case { } other:
                scope.Wrong(key, other, "true or false");
                return fallback;
        }
    }

    /// <summary>One of a few words.</summary>
    public static T Choice<T>(this TomlScope scope, string key, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (scope.Find(key) is not { } value)
            return fallback;
        var words = new List<string>();
        foreach (var (word, meaning) in choices)
        {
            if (value is TextNode text && text.Value == word)
                return meaning;
            words.Add(word);
        }
        var nearest = value is TextNode other ? NearestName.Find(other.Value, words) : null;
        var expected = string.Join(" or ", words.Select(word => $"\"{word}\""));
        scope.Wrong(key, value, nearest is null ? expected : $"{expected}; did you mean \"{nearest}\"?");
        return fallback;
    }

    /// <summary>A path, made absolute: a relative one starts at the configuration file's folder.</summary>
    public static string? Path(this TomlScope scope, string key) =>
        scope.Text(key) is { } written ? System.IO.Path.GetFullPath(written, scope.Folder) : null;

    /// <summary>The path of a file that exists.</summary>
    public static string? ExistingFile(this TomlScope scope, string key)
    {
        var file = scope.Path(key);
        if (file is null)
            return file;
        var shown = Secrets.IsSecret(key) ? "" : $", {file},";
        if (NamedFile.Problem(file) is { } problem)
        {
            scope.Report(key, scope.Find(key)!, $"names something{shown} that {problem}", null);
            return null;
        }
        if (File.Exists(file))
            return file;
        scope.Report(key, scope.Find(key)!, $"names a file{shown} that does not exist or must not be read",
            "relative paths start at the folder of the configuration file");
        return null;
    }

    private static List<ConfigurationNode> Split(TextNode text)
    {
        var parts = text.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. parts.Select(part => new TextNode(part, text.Position))];
    }
}
