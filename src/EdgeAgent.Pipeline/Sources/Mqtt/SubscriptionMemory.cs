using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>
/// Remembers in a small file which filters a source has subscribed to: a persistent session keeps them at the broker even
/// when they are no longer configured, and nobody else could tell which these are. Belongs to the source.
/// </summary>
internal sealed partial class SubscriptionMemory
{
    /// <summary>Begins the first line, which is no filter.</summary>
    private const string SessionMark = "session of ";

    private readonly string _path;
    private readonly string _session;
    private readonly ILogger _logger;
    private string[] _known;

    /// <param name="path">The file.</param>
    /// <param name="session">Whose session it is and where: what is remembered of another one says nothing of this one.</param>
    /// <param name="logger">Told when the disk refuses.</param>
    public SubscriptionMemory(string path, string session, ILogger logger)
    {
        (_path, _session, _logger) = (path, SessionMark + session, logger);
        var names = NameFile.Read(path);
        // A file of an earlier version does not say whose it is.
        var isOurs = names.FirstOrDefault() is not { } first
            || !first.StartsWith(SessionMark, StringComparison.Ordinal) || first == _session;
        _known = isOurs ? [.. names.Where(n => !n.StartsWith(SessionMark, StringComparison.Ordinal))] : [];
        HasAny = _known.Length > 0;
    }

    /// <summary>The file of a source, whatever its name is made of.</summary>
    public static string FileOf(string stateFolder, string source) =>
        Path.Combine(stateFolder, "subscriptions", Uri.EscapeDataString(source) + ".json");

    /// <summary>Whether the broker granted subscriptions before, so that it may have kept a session with readings in it.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Filters that the session may still have and the configuration has no more.</summary>
    public IReadOnlyList<string> Stale(IReadOnlyList<string> configured) => [.. _known.Except(configured)];

    /// <summary>Before they are subscribed to: a crash in between must not forget them.</summary>
    public void Remember(IReadOnlyList<string> configured) => Write([.. _known.Union(configured)]);

    /// <summary>The session has these filters and no others.</summary>
    public void Settle(IReadOnlyList<string> configured)
    {
        HasAny = configured.Count > 0;
        Write([.. configured]);
    }

    private void Write(string[] filters)
    {
        if (filters.SequenceEqual(_known)) return;
        _known = filters;
        if (!NameFile.TryWrite(_path, filters.Prepend(_session), out var failure)) NotRemembered(_path, failure);
    }

    [LoggerMessage(LogLevel.Warning,
        "{File}: the subscriptions are not remembered: {Failure}. If a topic is taken out of the configuration, the session may keep it")]
    private partial void NotRemembered(string file, string failure);
}
