using EdgeAgent.Files;

namespace EdgeAgent.Pipeline.Common;

/// <summary>Keeps a second agent off a state folder: each would send and delete the other's events.</summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another agent has it, or the folder cannot be written.</exception>
    public static StateLock Take(string folder)
    {
        var path = Path.Combine(folder, "lock");
        NamedFile.Require(path);
        try
        {
            // .NET takes an advisory lock (flock) on the file; the kernel frees it when the process ends, however it ends.
            return new StateLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"another agent runs on it ({path} is locked)", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
