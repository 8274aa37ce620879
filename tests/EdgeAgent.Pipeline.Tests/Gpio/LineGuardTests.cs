using System.Diagnostics;
using EdgeAgent.Pipeline.Gpio;
using EdgeAgent.TestData;

namespace EdgeAgent.Pipeline.Tests.Gpio;

/// <summary>The agent's side of the guard, with a shell for the guard's process.</summary>
public sealed class LineGuardTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Heard => _temp.File("heard");

    [Fact]
    public void The_process_hears_what_is_held_and_the_goodbye()
    {
        using var guard = new LineGuard(() => Shell($"cat >> '{Heard}'; echo closed >> '{Heard}'"), TimeProvider.System);
        guard.Hold(new LineAddress(1, 17), true);
        guard.Hold(new LineAddress(0, 3), false);
        guard.Done();
        guard.Dispose();
        Assert.Null(guard.Trouble);
        Assert.True(SpinWait.SpinUntil(
            () => File.Exists(Heard) && File.ReadAllText(Heard) == "hold 1 17 1\nhold 0 3 0\ngoodbye\nclosed\n", TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_guard_that_dies_is_told_and_another_takes_its_place()
    {
        var time = Some.Clock();
        var processes = new List<Process>();
        using var guard = new LineGuard(() =>
        {
            processes.Add(Shell($"cat >> '{Heard}'"));
            return processes[^1];
        }, time);
        guard.Hold(new LineAddress(0, 3), false);
        processes[0].Kill();
        processes[0].WaitForExit();
        guard.Check();
        Assert.StartsWith("the guard ended with exit code", guard.Trouble, StringComparison.Ordinal);
        Assert.Single(processes);

        time.Advance(TimeSpan.FromSeconds(1));
        File.Delete(Heard);
        guard.Check();
        Assert.Null(guard.Trouble);
        Assert.Equal(2, processes.Count);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Heard) && File.ReadAllText(Heard) == "hold 0 3 0\n", TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_guard_that_cannot_be_started_is_told()
    {
        using var guard = new LineGuard(
            () => Process.Start(new ProcessStartInfo(_temp.File("none")) { RedirectStandardInput = true })!, TimeProvider.System);
        guard.Hold(new LineAddress(0, 3), false);
        Assert.StartsWith("the guard cannot be started", guard.Trouble, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static Process Shell(string command) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardInput = true })!;
}
