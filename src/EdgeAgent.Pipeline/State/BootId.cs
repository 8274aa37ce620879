using System.Text;

namespace EdgeAgent.Pipeline.State;

/// <summary>Names this boot of the machine: what lies in memory, or was mapped, is whole only within one.</summary>
internal static class BootId
{
    /// <summary>Bytes of its text in a file.</summary>
    public const int Bytes = 64;

    /// <summary>As a file names it, filled up with zeros.</summary>
    public static byte[] Text(string boot)
    {
        var text = new byte[Bytes];
        Encoding.ASCII.GetBytes(boot.Length <= Bytes ? boot : boot[..Bytes], text);
        return text;
    }

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
