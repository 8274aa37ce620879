using System.Collections;
using System.CommandLine;
using EdgeAgent.Configuration;
using EdgeAgent.Pipeline;

namespace EdgeAgent.Cli;

/// <summary>The option <c>--config</c>, and what every command does with it.</summary>
internal static class ConfigurationArgument
{
    public static Option<string> Build() => new("--config", "-c")
    {
        Description = "Configuration file",
        HelpName = "FILE",
        DefaultValueFactory = _ => ConfigurationFile.DefaultPath,
    };

    /// <summary>Loads the configuration, or prints all that is wrong with it and gives null.</summary>
    public static AgentOptions? Load(string path) => LoadWhole(path)?.Options;

    /// <summary>The same with what may not be as it was meant.</summary>
    public static ConfigurationResult? LoadWhole(string path)
    {
        var result = Read(path);
        foreach (var error in result.Errors)
            Console.Error.WriteLine(error);
        if (result.Errors.Count > 0)
            Say.Error($"the configuration {path} is not usable: {result.Errors.Count} error{(result.Errors.Count == 1 ? "" : "s")}");
        return result.IsValid ? result : null;
    }

    /// <summary>Reads it, and says nothing.</summary>
    public static ConfigurationResult Read(string path) => ConfigurationFile.Load(path, Environment());

    /// <summary>Reads the output lines only, whatever else is wrong.</summary>
    public static OutputLines ReadLines(string path) => ConfigurationFile.LoadLines(path, Environment());

    private static Dictionary<string, string> Environment() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
}
