using System.CommandLine;
using EdgeAgent.Control;

namespace EdgeAgent.Cli;

/// <summary>The options by which a command finds the running agent, and what it says when there is none.</summary>
internal sealed class AgentArgument
{
    private readonly Option<string> _config = ConfigurationArgument.Build();
    private readonly Option<string?> _data = new("--data")
    {
        Description = "State folder of the agent, instead of a configuration", HelpName = "FOLDER",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_config);
        command.Options.Add(_data);
    }

    /// <summary>Asks, and says what is wrong when nobody answers or the answer is no.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ask">The question.</param>
    /// <param name="tell">Takes a good answer and gives the exit code.</param>
    public async Task<int> AskAsync(ParseResult parsed, Func<ControlClient, Task<ControlAnswer?>> ask, Func<ControlAnswer, int> tell)
    {
        if (Folder(parsed) is not { } folder) return ExitCodes.BadConfiguration;
        try
        {
            var answer = await ask(new ControlClient(folder)).ConfigureAwait(false);
            if (answer is { IsFine: true }) return tell(answer);
            await Say.AnswerAsync(answer?.Text ?? NobodyRuns(folder)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Say.ErrorAsync(e.Message).ConfigureAwait(false);
        }
        return ExitCodes.Failed;
    }

    /// <summary>
    /// The state folder; null when the configuration that should name it cannot be used, which is told. A running agent is found by
    /// the path of its configuration, whatever that says by now.
    /// </summary>
    public string? Folder(ParseResult parsed) => parsed.GetValue(_data) ?? FolderOf(parsed.GetValue(_config)!);

    /// <summary>
    /// The state folder of the agent that was started with a configuration, as long as it runs; null: none runs. The folder that
    /// configuration and environment name now comes first: several agents may have been started with one file.
    /// </summary>
    public static string? RunningFolder(string configuration) =>
        ConfigurationArgument.Read(configuration).Options is { StateFolder: var named } && IsThere(named)
            ? named : AgentNote.Find(configuration).FirstOrDefault(IsThere);

    private static string? FolderOf(string configuration) =>
        RunningFolder(configuration) ?? ConfigurationArgument.Load(configuration)?.StateFolder;

    private static bool IsThere(string folder) => new ControlClient(folder).IsThere();

    public static string NobodyRuns(string folder) =>
        $"no agent runs on {folder} (asked at {ControlSocket.Find(folder)}); name its configuration with --config or its state folder "
            + $"with --data";
}
