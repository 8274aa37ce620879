using EdgeAgent.Files;
using EdgeAgent.Pipeline;
using EdgeAgent.Mqtt.Transport;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Doctor;

/// <summary>Where live state lies, and whether what TLS needs is installed.</summary>
internal static class RuntimeFindings
{
    /// <summary>Looks as the agent does at its start, only that nothing is made or written.</summary>
    public static Finding Folder(AgentOptions options)
    {
        const string area = "runtime";
        var candidates = RuntimeFolder.Candidates(options.RuntimeFolder, options.StateFolder);
        if (options.RuntimeFolder is { Length: > 0 } wanted && !FileRights.IsWritable(DiskFacts.Nearest(wanted)))
            return Finding.Warning(area, $"agent.runtime {wanted} cannot be written by this user; another folder is used instead",
                "chown it to the agent's user, or name another");
        // A folder that is there was made by an agent, which may be another user's.
        if ((candidates.FirstOrDefault(Directory.Exists) ?? candidates.FirstOrDefault(IsUsable)) is not { } folder)
            return Finding.Warning(area, "there is no folder in memory for live state: it is kept in the state folder, which wears flash",
                "set agent.runtime to a folder on a tmpfs");
        return DiskFacts.FormatOf(DiskFacts.Nearest(folder)) is "tmpfs" or "ramfs"
            ? Finding.Fine(area, $"live state lies in memory, at {folder}")
            : Finding.Warning(
                area, $"live state lies at {folder}, which is not in memory and wears flash", "set agent.runtime to a folder on a tmpfs");
    }

    public static IEnumerable<Finding> Tls(AgentOptions options)
    {
        if (!options.Sources.Select(s => s.Mqtt.Url).Append(options.Upstream.Mqtt.Url)
            .Any(u => u.StartsWith("mqtts:", StringComparison.Ordinal))) return [];
        return [OpenSsl.IsThere ? Finding.Fine("openssl", "is there, for mqtts") : Finding.Bad(
            "openssl", OpenSsl.Missing, "install it; the agent connects as soon as it is there")];
    }

    private static bool IsUsable(string folder) =>
        // The service manager makes /run/edgeagent; anyone may make a folder in /dev/shm.
        folder.StartsWith("/run/", StringComparison.Ordinal)
            ? Path.GetDirectoryName(folder) is { } above && Directory.Exists(above)
            : FileRights.IsWritable(DiskFacts.Nearest(folder));
}
