using EdgeAgent.Cli;
using EdgeAgent.Mqtt;
using EdgeAgent.Recordings;

namespace EdgeAgent.Discovery;

/// <summary>Where a run writes to.</summary>
/// <param name="Talk">What it does and finds.</param>
/// <param name="Result">The configuration, where it is printed.</param>
/// <param name="Errors">Why it failed.</param>
internal sealed record InitWriters(TextWriter Talk, TextWriter Result, TextWriter Errors);

/// <summary>Proposes a configuration: gathers samples, finds sources, asks what is open, writes the file.</summary>
internal sealed class InitRun(InitRequest request, InitQuestions? questions, InitWriters writers, Palette palette)
{
    private const string Print = "-";

    private readonly TextWriter _talk = writers.Talk;

    /// <exception cref="MqttException">There is no connection to the broker.</exception>
    /// <exception cref="RecordingException">The recording is of no use.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        if (request.Output != Print && File.Exists(request.Output) && !request.IsForced)
            return Failed($"{request.Output} is there already; --force writes over it, --output names another, --output - prints");
        var samples = await GatherAsync(cancel).ConfigureAwait(false);
        if (samples.Messages == 0)
            return Failed(request.From is null
                ? $"no message came from {request.Mqtt.Url} within {Words.Duration(request.Span)}: see --topics, and whether the sensors send"
                : $"{request.From} holds no messages");
        var proposal = Proposal.Of(samples);
        ProposalView.Print(proposal, _talk, palette);
        if (samples.IsCut) await _talk.WriteLineAsync("  … and more topics than are looked at: name those that matter with --topics").ConfigureAwait(false);
        await _talk.WriteLineAsync().ConfigureAwait(false);
        if (proposal.Sources.Count == 0) return Failed("no topic brings numbers that this program can read, so there is nothing to propose");
        if (Chosen(proposal) is not { } sources) return ExitCodes.WrongUsage;
        return Finish(sources, samples);
    }

    private async Task<SampleSet> GatherAsync(CancellationToken cancel)
    {
        if (request.From is { } file) return SampleReader.ReadFile(file);
        await _talk.WriteLineAsync($"listening at {request.Mqtt.Url} to {string.Join(", ", request.Topics)} for {Words.Duration(request.Span)}; Ctrl+C looks at what came so far")
            .ConfigureAwait(false);
        return await SampleReader.ListenAsync(request.Mqtt, request.Topics, request.Span, cancel).ConfigureAwait(false);
    }

    private IReadOnlyList<SourceProposal>? Chosen(Proposal proposal)
    {
        if (request.Sources.Length == 0) return questions?.Sources(proposal.Sources) ?? proposal.Sources;
        if (InitQuestions.Choose(proposal.Sources, request.Sources, out var unknown) is { } chosen) return chosen;
        Failed($"--sources {unknown}: there are {string.Join(", ", proposal.Sources.Select(s => s.Name))}");
        return null;
    }

    private int Finish(IReadOnlyList<SourceProposal> sources, SampleSet samples)
    {
        var isPrinted = request.Output == Print;
        var folder = isPrinted ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(request.Output))!;
        var site = request.Site ?? questions?.Site(UsualSite()) ?? UsualSite();
        var upstream = request.Upstream ?? questions?.Upstream(request.Mqtt.Url);
        var from = request.From is { } file ? Path.GetFileName(file) : request.Mqtt.Url;
        var settings = new DraftSettings(site, request.Mqtt, upstream, Models(),
            folder.StartsWith("/etc", StringComparison.Ordinal) ? null : "edgeagent-state", $"{Words.Count(samples.Messages)} messages of {from}");
        var text = new ConfigurationDraft(settings, sources).Write();
        foreach (var error in ConfigurationDraft.Errors(text, folder)) _talk.WriteLine(palette.Warn($"‼ {error}"));
        if (isPrinted)
        {
            writers.Result.Write(text);
            return ExitCodes.Fine;
        }
        File.WriteAllText(request.Output, text);
        _talk.WriteLine($"{request.Output} is written. Next:");
        foreach (var command in new[] { "check", "tap", "run", "status" })
            _talk.WriteLine($"  edgeagent {command} --config {request.Output}");
        return ExitCodes.Fine;
    }

    /// <summary>The bundles lie beside the program, built or installed.</summary>
    private static string Models() => Path.Combine(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), "models");

    private static string UsualSite() => Toml.Key(Environment.MachineName);

    private int Failed(string text)
    {
        writers.Errors.WriteLine($"edgeagent: {text}");
        return ExitCodes.Failed;
    }
}
