using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Discovery;
using EdgeAgent.Mqtt;
using EdgeAgent.Recordings;

namespace EdgeAgent.Cli;

/// <summary><c>edgeagent config init</c>: a first configuration from what a broker's sensors send.</summary>
internal static class ConfigCommand
{
    private const string UsualBroker = "mqtt://127.0.0.1:1883";
    private static readonly TimeSpan UsualSpan = TimeSpan.FromSeconds(20);

    public static Command Build()
    {
        var command = new Command("config", "Makes configurations.\n\nExample: edgeagent config init --broker mqtt://192.168.1.5:1883");
        command.Subcommands.Add(BuildInit());
        return command;
    }

    private static Command BuildInit()
    {
        var broker = new Option<string>("--broker")
        {
            Description = "The sensors' broker", HelpName = "URL", DefaultValueFactory = _ => UsualBroker,
        };
        var topics = new Option<string[]>("--topics")
        {
            Description = "Topic filters to look at [default: #, which leaves out the broker's own]", HelpName = "FILTER",
            AllowMultipleArgumentsPerToken = true,
        };
        var span = TapCommand.SpanOption("--for", $"How long to listen [default: {UsualSpan.TotalSeconds:0}s]");
        var from = new Option<string?>("--from")
        {
            Description = "Look at a recording instead: lines as tap --save or mosquitto_sub -F %J writes them", HelpName = "FILE",
        };
        var username = new Option<string?>("--username") { Description = "User name at the broker", HelpName = "NAME" };
        var password = new Option<string?>("--password-file") { Description = "File whose first line is the password", HelpName = "FILE" };
        var ca = new Option<string?>("--ca-file") { Description = "Certificates to trust instead of the system's", HelpName = "FILE" };
        var output = new Option<string>("--output", "-o")
        {
            Description = "File to write; - prints it", HelpName = "FILE", DefaultValueFactory = _ => "edgeagent.toml",
        };
        var force = new Option<bool>("--force") { Description = "Write over a file that is there" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Ask nothing; without a terminal nothing is asked in any case" };
        var site = new Option<string?>("--site") { Description = "Name of the site [default: asked, or the host's name]", HelpName = "NAME" };
        var upstream = new Option<string?>("--upstream")
        {
            Description = "Broker that gets the events [default: asked, or the sensors']", HelpName = "URL",
        };
        var sources = new Option<string[]>("--sources")
        {
            Description = "Only these of the sources that are found, by name or number", HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("init",
            "Listens to a broker for a while, finds out what its sensors send, and proposes a configuration. Publishes nothing.\n\n"
                + "Example: edgeagent config init --broker mqtt://192.168.1.5:1883 --topics plant/#")
        {
            broker, topics, span, from, username, password, ca, output, force, yes, site, upstream, sources,
        };
        command.Validators.Add(result =>
        {
            foreach (var (option, value) in new[] { (broker.Name, result.GetValue(broker)), (upstream.Name, result.GetValue(upstream)) })
                if (value is { } url && !InitQuestions.IsAddress(url))
                    result.AddError($"{option} {url}: expected an address such as {UsualBroker}; user and password have options of their own");
            foreach (var filter in result.GetValue(topics) ?? [])
                if (ConfigurationChecks.TopicFilter(filter) is { } expected) result.AddError($"--topics {filter}: expected {expected}");
            if (result.GetValue(site) is { } name && ConfigurationChecks.TopicPart(name) is { } part)
                result.AddError($"--site {name}: expected {part}");
        });
        command.SetAction((parsed, cancel) => RunAsync(new InitRequest(
            new MqttOptions
            {
                Url = parsed.GetValue(broker)!, Username = parsed.GetValue(username), PasswordFile = Full(parsed.GetValue(password)),
                CaFile = Full(parsed.GetValue(ca)),
            },
            parsed.GetValue(topics) is { Length: > 0 } filters ? filters : ["#"], parsed.GetValue(span) ?? UsualSpan,
            parsed.GetValue(from), parsed.GetValue(output)!, parsed.GetValue(force), parsed.GetValue(yes), parsed.GetValue(site),
            parsed.GetValue(upstream), parsed.GetValue(sources) ?? []), cancel));
        return command;
    }

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);

    private static async Task<int> RunAsync(InitRequest request, CancellationToken cancel)
    {
        if (ConnectionFiles.Problem(request.Mqtt) is { } problem)
        {
            await Say.ErrorAsync(problem).ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        // A printed configuration stands alone on standard output.
        var output = request.Output == "-" ? Console.Error : Console.Out;
        var asks = !request.IsYes && !Console.IsInputRedirected && !Console.IsOutputRedirected;
        try
        {
            var questions = asks ? new InitQuestions(Console.In, output) : null;
            var writers = new InitWriters(output, Console.Out, Console.Error);
            var run = new InitRun(request, questions, writers, Palette.Of(Console.IsOutputRedirected));
            return await run.RunAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MqttException or RecordingException or IOException or UnauthorizedAccessException)
        {
            var place = e is MqttException ? $"{request.Mqtt.Url}: " : "";
            await Say.ErrorAsync($"{place}{e.Message}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }
}
