using System.Text;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>
/// Who shares the devices of a source, and which of them are ours. Every member hears every reading, and of members that
/// come and go on the same connection, so all change over at the same place in the stream. A member that is gone for
/// longer than the takeover loses its session at the broker, and with it its devices and the readings kept for it.
/// Belongs to the source's receiving loop; anyone may look at <see cref="Members"/>.
/// </summary>
internal sealed partial class ShareGroup
{
    /// <summary>The broker must tell that a member is gone before it drops what it kept for it, and looks once a second or so.</summary>
    private const int SessionOutlivesWillSeconds = 5;

    private const int DevicesKept = 100_000;

    private readonly string _prefix;
    private readonly byte[] _prefixBytes;
    private readonly string _member;
    private readonly string _source;
    private readonly string _file;
    private readonly ILogger _logger;
    private readonly Rendezvous _rendezvous = new();
    private readonly Dictionary<Device, bool> _isOurs = [];
    private volatile string[] _members;

    /// <param name="prefix">Topic of the group, with a slash at its end.</param>
    /// <param name="member">This agent: one level of a topic.</param>
    /// <param name="source">The source, for the log.</param>
    /// <param name="options">How long a member may be away.</param>
    /// <param name="file">Remembers the members: what the broker kept is for those who had it then.</param>
    /// <param name="logger">Hears of members that come and go.</param>
    public ShareGroup(string prefix, string member, string source, ShareOptions options, string file, ILogger logger)
    {
        (_prefix, _member, _source, _file, _logger) = (prefix, member, source, file, logger);
        _prefixBytes = Encoding.UTF8.GetBytes(prefix);
        WillDelaySeconds = (uint)options.Takeover.TotalSeconds;
        _members = NameFile.Read(file);
        _rendezvous.Between(_members);
    }

    public string Filter => _prefix + "+";
    public string Topic => _prefix + _member;
    public uint WillDelaySeconds { get; }
    public uint SessionExpirySeconds => WillDelaySeconds + SessionOutlivesWillSeconds;
    public IReadOnlyList<string> Members => _members;

    /// <summary>The file of a source, whatever its name is made of.</summary>
    public static string FileOf(string stateFolder, string source) =>
        Path.Combine(stateFolder, "members", Uri.EscapeDataString(source) + ".json");

    /// <summary>A connection is made. Without the session of before, who was a member then is of no interest.</summary>
    public void Begin(bool hasSession)
    {
        if (!hasSession) Become([]);
    }

    /// <summary>Whether a message is about members.</summary>
    public bool Concerns(ReadOnlySpan<byte> topic) => topic.StartsWith(_prefixBytes);

    /// <summary>Takes such a message: with content, a member is there; without, it is gone.</summary>
    public void Take(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var member = Encoding.UTF8.GetString(topic[_prefixBytes.Length..]);
        string[] others = [.. _members.Where(m => m != member)];
        Become(payload.IsEmpty ? others : [.. others.Append(member).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Whether a device's readings are for this agent. None are before it is a member itself.</summary>
    public bool IsOurs(Device device)
    {
        // Devices come and go: what is kept of those that went must not add up.
        if (_isOurs.Count >= DevicesKept) _isOurs.Clear();
        if (!_isOurs.TryGetValue(device, out var isOurs))
            _isOurs[device] = isOurs = _rendezvous.Of(device.Name) == _member;
        return isOurs;
    }

    private void Become(string[] members)
    {
        if (members.SequenceEqual(_members)) return;
        _members = members;
        _isOurs.Clear();
        _rendezvous.Between(members);
        if (!NameFile.TryWrite(_file, members, out var failure)) NotRemembered(_file, failure);
        MembersChanged(_source, members.Length, string.Join(", ", members));
    }

    [LoggerMessage(LogLevel.Information, "source {Source} is shared by {Count}: {Members}")]
    private partial void MembersChanged(string source, int count, string members);

    [LoggerMessage(LogLevel.Warning,
        "{File}: the members are not remembered: {Failure}. After a restart the agent leaves out what the broker kept for it meanwhile")]
    private partial void NotRemembered(string file, string failure);
}
