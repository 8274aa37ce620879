using System.Text;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Which values are channels where payloads or topics are flat lists of names: those that the source lists, or all.
/// </summary>
internal sealed class NamedChannels
{
    /// <summary>The table does not take the name; see <see cref="Refusal"/>.</summary>
    public const int Full = -1;
    /// <summary>Nobody asked for the value.</summary>
    public const int NotWanted = -2;

    private readonly ChannelTable _channels;
    private readonly Utf8Map<int> _listed = new();
    private readonly bool _takesAll;
    private readonly byte[] _first = [];

    /// <param name="source">Lists channels, or says that all are.</param>
    /// <param name="channels">Has the listed ones.</param>
    /// <param name="separator">Between the parts of a name.</param>
    /// <param name="implied">A first part of paths that names do not have themselves.</param>
    public NamedChannels(PayloadOptions source, ChannelTable channels, char separator = '.', string implied = "")
    {
        _channels = channels;
        _takesAll = source.ChannelsBelow is not null || source.Channels.Count == 0;
        foreach (var channel in source.Channels)
        {
            var slot = channels.Find(channel.Name);
            var path = channel.Path.Length > 0 ? channel.Path : channel.Name;
            if (implied.Length > 0 && path.StartsWith(implied + ".", StringComparison.Ordinal)) path = path[(implied.Length + 1)..];
            var key = Encoding.UTF8.GetBytes(path);
            if (!_listed.TryGet(key, out _)) _listed.Add(key, slot);
        }
        if (source.ChannelsBelow is { Length: > 0 } below && below != implied) _first = Encoding.UTF8.GetBytes(below + separator);
    }

    /// <summary>Whether every name is a channel, whatever it is.</summary>
    public bool TakesEvery => _takesAll && _listed.Count == 0 && _first.Length == 0;

    /// <summary>Why the table did not take the last name that it did not.</summary>
    public DecodeFailure Refusal => _channels.Refusal;

    /// <summary>The slot of a name, <see cref="Full"/> or <see cref="NotWanted"/>.</summary>
    /// <param name="name">The name as it arrives, in UTF-8.</param>
    /// <param name="guess">Its slot, where that is nearly sure.</param>
    /// <param name="isListed">Whether the source asks for it by name.</param>
    public int Find(ReadOnlySpan<byte> name, int guess, out bool isListed)
    {
        isListed = _listed.Count > 0 && _listed.TryGet(name, out guess);
        if (isListed) return guess;
        return _takesAll && name.StartsWith(_first) ? _channels.Find(name, guess) : NotWanted;
    }

    /// <summary>Whether the source asks for it by name.</summary>
    public bool IsListed(ReadOnlySpan<byte> name) => _listed.Count > 0 && _listed.TryGet(name, out _);

    /// <summary>Whether anybody asks for a value of that name; the table stays as it is.</summary>
    public bool Wants(ReadOnlySpan<byte> name) =>
        IsListed(name) || (_takesAll && name.StartsWith(_first));
}
