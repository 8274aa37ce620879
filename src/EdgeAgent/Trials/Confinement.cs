using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeAgent.Trials;

/// <summary>
/// Takes from this process what a model has no use for, before one is let in: new privileges, memory beyond a limit, files to write,
/// system calls. When memory runs out on the machine this process goes first.
/// </summary>
internal static partial class Confinement
{
    private const int NoNewPrivileges = 38;
    private const int FileSize = 1, Data = 2, CoreSize = 4;

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft, Hard;
    }

    /// <param name="memoryBytes">What it may take beyond what it has.</param>
    /// <returns>What cannot be had here, and why; the rest holds.</returns>
    public static IReadOnlyList<string> Apply(long memoryBytes)
    {
        List<string> missing = [];
        GoFirst();
        if (!ProcessControl.Set(NoNewPrivileges, 1)) missing.Add($"no new privileges: {ProcessControl.Reason()}");
        // Reserved address space does not count, as it would for a limit on the address space: .NET reserves a lot.
        if (DataBytes() is { } has)
            Set(Data, has + memoryBytes, "memory");
        else
            missing.Add("a limit on memory: the kernel does not say what the process has");
        Set(CoreSize, 0, "core files");
        Set(FileSize, 0, "files to write");
        if (SystemCallFilter.Apply() is { } problem) missing.Add($"a filter of system calls: {problem}");
        return missing;

        void Set(int resource, long bytes, string what)
        {
            var limit = new Limit { Soft = (nuint)bytes, Hard = (nuint)bytes };
            if (SetLimit(resource, ref limit) != 0) missing.Add($"a limit on {what}: {ProcessControl.Reason()}");
        }
    }

    private static void GoFirst()
    {
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the kernel chooses by size alone.
        }
    }

    /// <summary>What the process has of the kind that the limit counts.</summary>
    private static long? DataBytes()
    {
        const string Key = "VmData:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal));
        return line is null ? null : 1024 * long.Parse(line[Key.Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ref Limit limit);
}
