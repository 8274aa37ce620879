using System.Text;
using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Names;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>
/// Who shares the devices of a source, and which of them are ours. Every member hears every reading, and of members that
/// come and go on the same connection, so all change over at the same place in the stream. A member that is gone for
/// longer than the takeover loses its session at the broker, and with it its devices and the readings kept for it.
/// Belongs to the source's receiving loop; anyone may look at <see cref="Members"/>.
/// </summary>
internal sealed partial class ShareGroup : IDeviceShare
{
    /// <summary>The broker must tell that a member is gone before it drops what it kept for it, and looks once a second or so.</summary>
    private const int SessionOutlivesWillSeconds = 5;
    private const int NamesShown = 10;

    /// <summary>How often a member of a group with a secret proves that it takes readings.</summary>
    private static readonly TimeSpan ProofEvery = TimeSpan.FromSeconds(30);
    /// <summary>How soon it does so again when somebody has written over what it said.</summary>
    private static readonly TimeSpan LeastDistance = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private readonly string _prefix;
    private readonly byte[] _prefixBytes;
    private readonly string _member;
    private readonly string _source;
    private readonly string _file;
    private readonly string? _secretFile;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Rendezvous _rendezvous = new();
    /// <summary>Of each change of members of any group: devices know whose they are as of one of them.</summary>
    private static int _lastChange;
    private int _change = Interlocked.Increment(ref _lastChange);
    private readonly MemberList _list;
    private volatile string[] _members = [];
    private Allowance _changesTold = new(20, TimeSpan.FromSeconds(10)), _junkTold = new(1, TellEvery);
    private MemberSeal _seal = new(null);
    private bool _isRead, _isOverwritten;
    private long _junk, _birth, _at, _saidAt;

    /// <param name="prefix">Topic of the group, with a slash at its end.</param>
    /// <param name="member">This agent: one level of a topic.</param>
    /// <param name="source">The source, for the log.</param>
    /// <param name="options">How long a member may be away, and the group's secret.</param>
    /// <param name="file">Remembers the members: what the broker kept is for those who had it then.</param>
    /// <param name="logger">Hears of members that come and go.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="keepAlive">Of the connection: so late a broker may notice that a member is gone.</param>
    public ShareGroup(
        string prefix, string member, string source, ShareOptions options, string file, ILogger logger, TimeProvider? time = null,
        TimeSpan keepAlive = default)
    {
        (_prefix, _member, _source, _file, _logger) = (prefix, member, source, file, logger);
        (_secretFile, _time) = (options.SecretFile, time ?? TimeProvider.System);
        _prefixBytes = Encoding.UTF8.GetBytes(prefix);
        WillDelaySeconds = (uint)options.Takeover.TotalSeconds;
        _list = new MemberList(options.Takeover + 2 * keepAlive + 3 * ProofEvery);
        if (_secretFile is null) Remember();
    }

    public string Filter => _prefix + "+";
    public string Topic => _prefix + _member;
    public uint WillDelaySeconds { get; }
    public uint SessionExpirySeconds => WillDelaySeconds + SessionOutlivesWillSeconds;
    public IReadOnlyList<string> Members => _members;

    /// <summary>What the broker is to say when this agent is gone.</summary>
    public byte[] Will => _seal.SayGone(Topic, _birth);

    /// <summary>The file of a source, whatever its name is made of.</summary>
    public static string FileOf(string stateFolder, string source) =>
        Path.Combine(stateFolder, "members", Uri.EscapeDataString(source) + ".json");

    /// <summary>A connection is going to be made.</summary>
    /// <exception cref="MqttException">The group's secret cannot be used.</exception>
    public void Open()
    {
        _seal = MemberSeal.Of(_secretFile);
        Remember();
        // Larger than all before, whatever was done to the clock.
        _at = _birth = Math.Max(Now, Math.Max(_at, _list.LastOf(_member).At) + 1);
    }

    /// <summary>A connection is made. Without the session of before, who was a member then is of no interest.</summary>
    /// <returns>What this agent says of itself.</returns>
    public byte[] Begin(bool hasSession)
    {
        if (!hasSession)
        {
            _list.Clear();
            Become(isSame: true);
        }
        return Say();
    }

    /// <summary>What this agent has to say again; false: nothing now.</summary>
    public bool TrySay(out byte[] payload)
    {
        payload = [];
        var since = _time.GetElapsedTime(_saidAt);
        if (!_seal.IsSigned || since < (_isOverwritten ? LeastDistance : ProofEvery)) return false;
        payload = Say();
        return true;
    }

    /// <summary>Whether a message is about members.</summary>
    public bool Concerns(ReadOnlySpan<byte> topic) => topic.StartsWith(_prefixBytes);

    /// <summary>Takes such a message, if it is to be believed.</summary>
    public void Take(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var level = topic[_prefixBytes.Length..];
        var name = level.Length > MemberList.NameLengthLimit ? "" : Encoding.UTF8.GetString(level);
        var before = _list.LastOf(name);
        var isSigned = _seal.TryRead(_prefix + name, payload, out var word);
        if (isSigned && _list.TryTake(name, word))
        {
            Become(isSame: before.IsHere == word.IsHere && before.Birth == word.Birth);
            return;
        }
        // The broker says again what it keeps.
        if (isSigned && word == before) return;
        // Whoever connects later hears only what was said last there.
        _isOverwritten |= name == _member;
        NoteJunk(topic);
    }

    /// <summary>
    /// Whether a device's readings are for this agent. None are before it is a member itself, unless nobody is: then they would be
    /// nobody's.
    /// </summary>
    public bool IsOurs(Device device)
    {
        if (_members.Length == 0) return true;
        // Kept with the device: what is kept of those that went, or never came to be, must not add up.
        if (device.Share.Change != _change) device.Share = (_change, _rendezvous.Of(device.Name) == _member);
        return device.Share.IsOurs;
    }

    /// <summary>The same by the name alone. Of the others' devices nothing is kept: there may be any number.</summary>
    public bool IsOurs(ReadOnlySpan<byte> name)
    {
        if (_members.Length == 0) return true;
        Span<char> text = stackalloc char[NameBuffer.NameLimit];
        return _rendezvous.Of(text[..Encoding.UTF8.GetChars(name, text)]) == _member;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private byte[] Say()
    {
        (_isOverwritten, _saidAt) = (false, _time.GetTimestamp());
        _at = Math.Max(Now, _at + 1);
        return _seal.SayHere(Topic, _birth, _at);
    }

    /// <summary>Goes on with the members of the file, which is read once.</summary>
    private void Remember()
    {
        if (_isRead) return;
        _isRead = true;
        _list.Read(NameFile.Read(_file), isSigned: _secretFile is not null);
        Between(_members = _list.Names);
    }

    private void Between(string[] members)
    {
        _change = Interlocked.Increment(ref _lastChange);
        _rendezvous.Between(members);
    }

    /// <param name="isSame">What was said last changes nothing that the file must know.</param>
    private void Become(bool isSame)
    {
        var members = _list.Names;
        var isNews = !members.SequenceEqual(_members);
        if (!isNews && isSame) return;
        if (!NameFile.TryWrite(_file, _list.Lines(), out var failure)) NotRemembered(_file, failure);
        if (!isNews) return;
        _members = members;
        Between(members);
        if (!_changesTold.TryTake(_time.GetUtcNow().Ticks)) return;
        var shown = string.Join(", ", members.Take(NamesShown)) + (members.Length > NamesShown ? ", …" : "");
        MembersChanged(_source, members.Length, shown);
    }

    private void NoteJunk(ReadOnlySpan<byte> topic)
    {
        _junk++;
        if (!_junkTold.TryTake(_time.GetUtcNow().Ticks)) return;
        NotBelieved(_source, _junk, PrintableText.Of(topic, MemberList.NameLengthLimit));
        _junk = 0;
    }

    [LoggerMessage(LogLevel.Information, "source {Source} is shared by {Count}: {Members}")]
    private partial void MembersChanged(string source, int count, string members);

    [LoggerMessage(LogLevel.Warning,
        "source {Source}: {Count} messages about members are not believed, the last on {Topic}: they are not signed with the group's "
            + "secret, were said before, or name too many. Told once a minute")]
    private partial void NotBelieved(string source, long count, string topic);

    [LoggerMessage(LogLevel.Warning,
        "{File}: the members are not remembered: {Failure}. After a restart the agent leaves out what the broker kept for it meanwhile")]
    private partial void NotRemembered(string file, string failure);
}
