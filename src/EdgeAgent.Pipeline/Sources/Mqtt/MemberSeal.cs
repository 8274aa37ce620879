using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeAgent.Files;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>What a member of a group says of itself.</summary>
/// <param name="IsHere">False: it is gone.</param>
/// <param name="Birth">Its connection: later ones have larger numbers. 0: the word is not signed.</param>
/// <param name="At">When it said so, in milliseconds of Unix time by its own clock, later each time.</param>
internal readonly record struct MemberWord(bool IsHere, long Birth, long At);

/// <summary>
/// Writes and reads what members say on their topics. With the group's secret each word carries an HMAC-SHA256 over topic, connection
/// and time, so that nobody else can say it, nor say it for another. Without a secret whoever may write there is believed.
/// </summary>
internal sealed class MemberSeal
{
    private const int BlockBytes = 64;
    private const int LeastSecretBytes = 16;
    private const int MostSecretBytes = 4096;
    private const int PayloadBytesLimit = 256;
    private const string Here = "here", Gone = "gone";

    private readonly byte[]? _key;

    /// <param name="secret">The group's; null: it has none.</param>
    public MemberSeal(byte[]? secret) =>
        _key = secret is { Length: > BlockBytes } ? Sha256.Hash(secret) : secret;

    /// <summary>Whether words are signed.</summary>
    public bool IsSigned => _key is not null;

    /// <summary>The seal of a group whose secret is the first line of a file; null: it has none.</summary>
    /// <exception cref="MqttException">The secret cannot be used; the message says why.</exception>
    public static MemberSeal Of(string? secretFile)
    {
        if (secretFile is null) return new MemberSeal(null);
        try
        {
            using var reader = new StreamReader(NamedFile.Open(secretFile, FileLimits.Secret));
            var text = new char[MostSecretBytes];
            var line = new string(text, 0, reader.ReadBlock(text)).Split('\n')[0].TrimEnd('\r');
            var secret = Encoding.UTF8.GetBytes(line);
            if (secret.Length >= LeastSecretBytes) return new MemberSeal(secret);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MqttException(MqttFault.Refused, $"the group's secret cannot be read: {e.Message}: see share.secret_file", e);
        }
        throw new MqttException(
            MqttFault.Refused, $"the group's secret has less than {LeastSecretBytes} characters: write a longer line to share.secret_file");
    }

    /// <summary>What a member says of itself, again and again.</summary>
    public byte[] SayHere(string topic, long birth, long at) =>
        _key is null ? Encoding.ASCII.GetBytes(Here) : Signed(Here, topic, birth, at);

    /// <summary>What the broker is to say when the member is gone.</summary>
    public byte[] SayGone(string topic, long birth) => _key is null ? [] : Signed(Gone, topic, birth, birth);

    /// <summary>What a message on a member's topic says; false: it is not to be believed.</summary>
    public bool TryRead(string topic, ReadOnlySpan<byte> payload, out MemberWord word)
    {
        word = default;
        if (payload.Length > PayloadBytesLimit) return false;
        var text = Encoding.ASCII.GetString(payload);
        if (_key is null)
        {
            // A group that had a secret before leaves signed words behind.
            word = new MemberWord(text.Length > 0 && !text.StartsWith(Gone + " ", StringComparison.Ordinal), 0, 0);
            return true;
        }
        var parts = text.Split(' ');
        if (parts.Length != 4 || parts[0] is not (Here or Gone)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var birth)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var at)) return false;
        word = new MemberWord(parts[0] == Here, birth, at);
        return CryptographicOperations.FixedTimeEquals(payload, Signed(parts[0], topic, birth, at));
    }

    /// <summary>RFC 2104, with SHA-256.</summary>
    internal static byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        Span<byte> inner = stackalloc byte[BlockBytes], outer = stackalloc byte[BlockBytes];
        inner.Fill(0x36);
        outer.Fill(0x5c);
        for (var i = 0; i < key.Length; i++)
        {
            inner[i] ^= key[i];
            outer[i] ^= key[i];
        }
        return Sha256.Hash([.. outer, .. Sha256.Hash([.. inner, .. text])]);
    }

    private byte[] Signed(string what, string topic, long birth, long at)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{what} {birth} {at}");
        var mac = Hmac(_key, Encoding.UTF8.GetBytes($"{topic}\n{text}"));
        return Encoding.ASCII.GetBytes($"{text} {Convert.ToHexStringLower(mac)}");
    }
}
