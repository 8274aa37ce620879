using System.Diagnostics;
using EdgeAgent.Demo;
using EdgeAgent.Recordings;

namespace EdgeAgent.Benchmarks;

/// <summary>What the benchmarks share.</summary>
internal static class Bench
{
    public static string Root => Repository.Root;
    public static string Model => Path.Combine(Root, "models/pump-health");

    /// <summary>Payloads of a real pump, about 200 bytes of JSON with 8 channels each.</summary>
    public static IReadOnlyList<byte[]> Payloads() =>
        [.. DemoPlant.Load(RecordingFiles.Find([Path.Combine(Root, "deploy/demo/other-4.csv")])).Messages.Select(m => m.Payload)];

    /// <summary>The median of several runs, in microseconds an item, and the bytes allocated an item in the last run.</summary>
    public static (double Microseconds, double Bytes) Measure(int items, Action run)
    {
        const int Runs = 9;
        run();
        var times = new double[Runs];
        var bytes = 0L;
        for (var i = 0; i < Runs; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(watch).TotalMicroseconds / items;
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Array.Sort(times);
        return (times[Runs / 2], (double)bytes / items);
    }

    /// <summary>
    /// Two things in turns: the median of each in microseconds an item, the bytes allocated, and the median of how much the second takes of
    /// the first.
    /// </summary>
    public static ((double Microseconds, double Bytes) First, (double Microseconds, double Bytes) Second, double Ratio) Compare(
        int items, Action first, Action second)
    {
        const int Runs = 61;
        var (a, b, ratios) =
            (new (double Microseconds, double Bytes)[Runs], new (double Microseconds, double Bytes)[Runs], new double[Runs]);
        first();
        second();
        for (var i = 0; i < Runs; i++)
        {
            (a[i], b[i]) = (Once(items, first), Once(items, second));
            ratios[i] = b[i].Microseconds / a[i].Microseconds;
        }
        Array.Sort(a, (x, y) => x.Microseconds.CompareTo(y.Microseconds));
        Array.Sort(b, (x, y) => x.Microseconds.CompareTo(y.Microseconds));
        Array.Sort(ratios);
        return (a[Runs / 2], b[Runs / 2], ratios[Runs / 2]);
    }

    private static (double Microseconds, double Bytes) Once(int items, Action run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.GetTimestamp();
        run();
        var microseconds = Stopwatch.GetElapsedTime(watch).TotalMicroseconds / items;
        return (microseconds, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / items);
    }

    /// <summary>Processor time of a process so far, and its resident memory and peak in KiB.</summary>
    public static (double CpuSeconds, long ResidentKiB) Usage(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return (process.TotalProcessorTime.TotalSeconds, process.WorkingSet64 / 1024);
    }
}
