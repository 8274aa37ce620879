namespace EdgeAgent.Pipeline.State;

/// <summary>Names this boot of the machine: what lies in memory, or was mapped, is whole only within one.</summary>
internal static class BootId
{
    /// <summary>Empty where the kernel does not say.</summary>
    public static string Read()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
