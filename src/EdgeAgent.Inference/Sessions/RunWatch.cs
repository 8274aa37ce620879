using System.Diagnostics;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Looks after the deadlines of all runs, on one thread that the process has for it: once in the shortest limit while nothing is
/// overdue, and exactly when something may become so.
/// </summary>
internal static class RunWatch
{
    private static readonly object Gate = new();
    private static readonly List<RunDeadline> Deadlines = [];
    private static Thread? _thread;

    public static void Add(RunDeadline deadline)
    {
        lock (Gate)
        {
            Deadlines.Add(deadline);
            if (_thread is null)
            {
                _thread = new Thread(Run, maxStackSize: 256 * 1024) { Name = "run-watch", IsBackground = true };
                _thread.Start();
            }
            Monitor.Pulse(Gate);
        }
    }

    /// <summary>Afterwards its options are not touched any more.</summary>
    public static void Remove(RunDeadline deadline)
    {
        lock (Gate)
            Deadlines.Remove(deadline);
    }

    private static void Run()
    {
        lock (Gate)
        {
            while (true)
            {
                var now = Stopwatch.GetTimestamp();
                var next = long.MaxValue;
                foreach (var deadline in Deadlines)
                    next = Math.Min(next, deadline.Look(now));
                if (next == long.MaxValue)
                    Monitor.Wait(Gate);
                else
                    Monitor.Wait(Gate, Math.Max(1, (int)((next - now) * 1000 / Stopwatch.Frequency)));
            }
        }
    }
}
