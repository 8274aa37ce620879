namespace EdgeAgent.Hosting;

/// <summary>Says what ended the agent, where the runtime's own words lead elsewhere.</summary>
internal static class Shortage
{
    /// <summary>The runtime calls a thread that the kernel refuses a want of memory, too.</summary>
    public static string Explain(Exception e) => e.GetBaseException() is OutOfMemoryException
        ? "no thread, or no memory, could be had: raise TasksMax and MemoryMax of the unit, the container's limits of pids and memory, or "
            + "ulimit -u; edgeagent doctor holds them against what is needed"
        : e.GetBaseException().Message;
}
