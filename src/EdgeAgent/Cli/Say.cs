namespace EdgeAgent.Cli;

/// <summary>What a command says on standard error. Nothing from outside in it begins a line or moves the cursor.</summary>
internal static class Say
{
    public static void Error(string text) => Console.Error.WriteLine($"edgeagent: {Words.Printable(text)}");

    public static Task ErrorAsync(string text) => Console.Error.WriteLineAsync($"edgeagent: {Words.Printable(text)}");

    /// <summary>The lines of an answer stay lines: whoever answered has written out what is in them.</summary>
    public static Task AnswerAsync(string text) => Console.Error.WriteLineAsync($"edgeagent: {Words.Lines(text)}");
}
