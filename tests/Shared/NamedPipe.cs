using System.Diagnostics;

namespace EdgeAgent.TestSupport;

/// <summary>A named pipe in place of a file: whoever opens it for reading waits for a writer that never comes.</summary>
internal static class NamedPipe
{
    public static string Make(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        return path;
    }

    /// <summary>What the work throws or gives; fails when it waits instead.</summary>
    public static async Task<T> NeverWaits<T>(Func<T> work)
    {
        var run = Task.Run(work);
        Assert.True(await Task.WhenAny(run, Task.Delay(TimeSpan.FromSeconds(30))) == run, "it waits for a pipe without a writer");
        return await run;
    }
}
