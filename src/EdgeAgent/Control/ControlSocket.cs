using System.Text;
using EdgeAgent.Files;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Control;

/// <summary>
/// Where the agent's own socket lies: in its state folder, or, where that path is too long for a socket, in the runtime
/// folder. A note in the state folder then says where, so that whoever knows the folder finds the agent.
/// </summary>
internal static class ControlSocket
{
    /// <summary>What <c>sockaddr_un</c> holds besides the closing zero.</summary>
    private const int PathBytesLimit = 107;
    private const string Name = "control.sock";
    private const string NoteName = "control.path";

    /// <summary>Owner and group may ask and tell, others not.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Where the agent of this folder listens; <paramref name="isElsewhere"/> when the folder's own path is too long.</summary>
    public static string Choose(string stateFolder, out bool isElsewhere)
    {
        var own = Path.Combine(Path.GetFullPath(stateFolder), Name);
        isElsewhere = Encoding.UTF8.GetByteCount(own) > PathBytesLimit;
        if (!isElsewhere) return own;
        var id = Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(own)))[..16];
        return Path.Combine(RuntimeFolder(), $"edgeagent-{id}.sock");
    }

    /// <summary>Takes away what a dead agent left behind; the lock on the folder says that it is dead.</summary>
    public static void Clear(string socket, string stateFolder)
    {
        File.Delete(socket);
        File.Delete(Path.Combine(stateFolder, NoteName));
    }

    /// <summary>Opens the socket to the agent's group, and leaves the note where one is needed.</summary>
    public static void Publish(string socket, bool isElsewhere, string stateFolder)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(socket, Mode);
        if (isElsewhere) File.WriteAllText(Path.Combine(stateFolder, NoteName), socket);
    }

    /// <summary>The socket to ask the agent of this folder at.</summary>
    public static string Find(string stateFolder)
    {
        var note = Path.Combine(stateFolder, NoteName);
        return File.Exists(note) ? NamedFile.ReadText(note, FileLimits.Note).Trim() : Path.Combine(Path.GetFullPath(stateFolder), Name);
    }

    /// <summary>systemd's for the service, the user's, or the temporary one.</summary>
    private static string RuntimeFolder() =>
        Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY")?.Split(':')[0] is { Length: > 0 } service ? service
        : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } user && Directory.Exists(user) ? user
        : Path.GetTempPath();
}
