namespace EdgeAgent.Control.Metrics;

/// <summary>The process and its garbage collector, under the names that Prometheus' own clients use.</summary>
internal static class ProcessMetrics
{
    public static void Write(PrometheusText page, DateTimeOffset started)
    {
        page.Gauge("process_resident_memory_bytes", "Resident memory.").Value(Environment.WorkingSet);
        page.Counter("process_cpu_seconds_total", "Processor time, user and system.").Value(Environment.CpuUsage.TotalTime.TotalSeconds);
        page.Gauge("process_start_time_seconds", "When the agent started, since 1970.").Value(started.ToUnixTimeMilliseconds() / 1000.0);
        page.Gauge("dotnet_gc_heap_size_bytes", "The garbage collector's heap.").Value(GC.GetTotalMemory(false));
        page.Counter("dotnet_gc_allocated_bytes_total", "Bytes allocated.").Value(GC.GetTotalAllocatedBytes());
        page.Counter("dotnet_gc_pause_seconds_total", "Time that the garbage collector stopped the agent.")
            .Value(GC.GetTotalPauseDuration().TotalSeconds);
        page.Counter("dotnet_gc_collections_total", "Garbage collections, by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            page.Value(GC.CollectionCount(generation), ("generation", $"{generation}"));
    }
}
