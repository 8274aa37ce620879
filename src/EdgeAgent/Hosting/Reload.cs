using EdgeAgent.Cli;
using EdgeAgent.Configuration;
using EdgeAgent.Control.Status;
using EdgeAgent.Inference.Trials;
using EdgeAgent.Pipeline;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Hosting;

/// <summary>A good configuration.</summary>
/// <param name="Options">What it says.</param>
/// <param name="Text">The same as text, with what its files held when they were read.</param>
internal sealed record ReadConfiguration(AgentOptions Options, ConfigurationText Text);

/// <summary>
/// Waits for SIGHUP and reads the configuration again, with its models, as <c>check</c> does. What is wrong is logged, counted and
/// changes nothing.
/// </summary>
internal sealed partial class Reload
{
    private readonly Func<ConfigurationResult> _load;
    private readonly AgentLife _life;
    private readonly ILogger _logger;
    private readonly HangUp _hangUp;
    private readonly IBundleTrials _trials;

    /// <param name="hangUp">Asks for a reload.</param>
    /// <param name="load">Reads the configuration.</param>
    /// <param name="life">Remembers what came of it.</param>
    /// <param name="trials">Tries its models.</param>
    /// <param name="logger">Hears what is wrong.</param>
    public Reload(HangUp hangUp, Func<ConfigurationResult> load, AgentLife life, IBundleTrials trials, ILogger logger) =>
        (_hangUp, _load, _life, _trials, _logger) = (hangUp, load, life, trials, logger);

    /// <summary>Ends when a reload is asked for; what was asked for meanwhile counts as one.</summary>
    public Task AskedAsync(CancellationToken cancel) => _hangUp.WaitAsync(cancel);

    /// <summary>The configuration as it lies on disk now; null where it is refused.</summary>
    /// <param name="isModelInUse">Whether a folder holds what runs already, and need not be checked again.</param>
    public ReadConfiguration? Read(Func<AgentOptions, ConfigurationText, string, bool> isModelInUse)
    {
        var result = _load();
        var read = result.Options is { } options ? new ReadConfiguration(options, new ConfigurationText(options)) : null;
        List<string> troubles = read is null ? [.. result.Errors.Select(e => e.ToString())]
            :
            [
                .. ModelCheck.Troubles(read.Options, _trials, isKnownGood: folder => isModelInUse(read.Options, read.Text, folder)),
                .. ConnectionCheck.Troubles(read.Options),
            ];
        foreach (var warning in result.Warnings)
            Doubtful(Words.OneLine($"{warning}"));
        if (troubles.Count == 0) return read;
        foreach (var trouble in troubles)
            NotUsable(Words.OneLine(trouble));
        Refused(_life.Configuration, troubles.Count);
        var first = Words.OneLine(troubles[0]);
        _life.Refused(troubles.Count == 1 ? first : $"{first} (and {troubles.Count - 1} more)");
        return null;
    }

    public void Unchanged()
    {
        _life.Unchanged();
        IsUnchanged(_life.Configuration);
    }

    /// <param name="what">What was changed.</param>
    public void Taken(string what)
    {
        _life.Taken();
        IsTaken(_life.Configuration, what);
    }

    /// <summary>The last one read looked good and cannot run. Asked for again it is tried again.</summary>
    public void NotRun(string failure)
    {
        CannotRun(failure);
        _life.Refused($"it cannot run: {failure}");
    }

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private partial void Doubtful(string warning);

    [LoggerMessage(LogLevel.Error, "{Trouble}")]
    private partial void NotUsable(string trouble);

    [LoggerMessage(
        LogLevel.Error, "the configuration {Path} is refused for the reasons above ({Count}). The agent goes on with the previous one")]
    private partial void Refused(string path, int count);

    [LoggerMessage(LogLevel.Information, "the configuration {Path} and its models mean what they meant: nothing is changed")]
    private partial void IsUnchanged(string path);

    [LoggerMessage(LogLevel.Information, "the configuration {Path} is taken over: {What}")]
    private partial void IsTaken(string path, string what);

    [LoggerMessage(LogLevel.Error, "the new configuration cannot run: {Failure}. The agent goes on with the previous one")]
    private partial void CannotRun(string failure);
}
