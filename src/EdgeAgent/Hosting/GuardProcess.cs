using System.Diagnostics;
using EdgeAgent.Cli;
using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Hosting;

/// <summary>Starts the guard: this very program, with a pipe for its standard input.</summary>
internal static class GuardProcess
{
    public static LineGuard Of(LineDriverKind driver, TimeProvider time) => new(() => Start(driver), time);

    private static Process Start(LineDriverKind driver)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the program's own path is not known");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, UseShellExecute = false };
        // While it is developed the program is a library that `dotnet` runs.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        start.ArgumentList.Add(GpioCommand.Name);
        start.ArgumentList.Add(GpioCommand.GuardName);
        start.ArgumentList.Add(driver.ToString());
        return Process.Start(start)!;
    }
}
