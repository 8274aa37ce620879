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
        var start = OwnProgram.With(GpioCommand.Name, GpioCommand.GuardName, driver.ToString());
        start.RedirectStandardInput = true;
        return Process.Start(start)!;
    }
}
