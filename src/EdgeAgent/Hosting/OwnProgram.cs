using System.Diagnostics;

namespace EdgeAgent.Hosting;

/// <summary>This very program once more, as a process beside this one.</summary>
internal static class OwnProgram
{
    /// <summary>While it is developed the program is a library that <c>dotnet</c> runs, as it also runs those who test it.</summary>
    public static bool IsCompiledAsItRuns => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    /// <summary>How it is started with these arguments.</summary>
    /// <exception cref="InvalidOperationException">Where it lies is not known.</exception>
    public static ProcessStartInfo With(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the program's own path is not known");
        var start = new ProcessStartInfo(program) { UseShellExecute = false };
        if (IsCompiledAsItRuns)
        {
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "edgeagent.dll"));
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
