using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeAgent.Doctor;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent doctor</c>: what is wrong here, and what helps. Reads only.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        var config = ConfigurationArgument.Build();
        var json = new Option<bool>("--json") { Description = "Print a line of JSON" };
        var command = new Command(
            "doctor", "Looks at configuration, models, disk, store, brokers, lines and clock, and says what helps; changes nothing.\n"
            + "Ends with 0, or 1 when something does not work (×), or 78 when the\n"
            + "configuration is bad and no agent runs.\n\nExample: edgeagent doctor --config edgeagent.toml") { config, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var path = parsed.GetValue(config)!;
            var (read, running) = (ConfigurationArgument.Read(path), AgentArgument.RunningFolder(path));
            var findings = read.Options is { } options
                ? await DoctorRun.CheckAsync(options, read.Warnings, path, running, cancel).ConfigureAwait(false)
                : await DoctorRun.CheckWithoutAsync(read.Errors, running, cancel).ConfigureAwait(false);
            if (parsed.GetValue(json)) Console.Out.WriteLine(DoctorJson.Write(path, findings));
            else Print(findings, Palette.Of(Console.IsOutputRedirected));
            // Beside a running agent a bad file is something to mend before the next reload.
            return read.Options is null && running is null ? ExitCodes.BadConfiguration
                : findings.Any(f => f.Verdict == Verdict.Bad) ? ExitCodes.Failed : ExitCodes.Fine;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Finding> findings, Palette palette)
    {
        foreach (var finding in findings)
        {
            var mark = finding.Verdict switch
            {
                Verdict.Fine => palette.Good("√"), Verdict.Warning => palette.Warn("‼"), _ => palette.Bad("×"),
            };
            var remedy = finding.Remedy is null ? "" : palette.Faint($" → {OneLine(finding.Remedy)}");
            Console.Out.WriteLine($"{mark} {finding.Area}: {OneLine(finding.Text)}{remedy}");
        }
    }

    private static string OneLine(string text) => Words.Printable(text.ReplaceLineEndings(" "));
}

/// <summary>The findings for programs.</summary>
/// <param name="Configuration">The file that they are about.</param>
/// <param name="Findings">In the order of the text.</param>
internal sealed record DoctorReport(string Configuration, IReadOnlyList<DoctorLine> Findings);

/// <summary>One finding.</summary>
/// <param name="Area">What it is about.</param>
/// <param name="Verdict"><c>fine</c>, <c>warning</c> or <c>bad</c>.</param>
/// <param name="Text">What is so.</param>
/// <param name="Remedy">What helps; absent where nothing need be done.</param>
internal sealed record DoctorLine(string Area, string Verdict, string Text, string? Remedy);

/// <summary>The JSON of <c>doctor --json</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext
{
    public static string Write(string path, IReadOnlyList<Finding> findings) => JsonSerializer.Serialize(
        new DoctorReport(
            path, [.. findings.Select(f => new DoctorLine(
                f.Area, f.Verdict switch { Verdict.Fine => "fine", Verdict.Warning => "warning", _ => "bad" }, f.Text, f.Remedy))]),
        Default.DoctorReport);
}
