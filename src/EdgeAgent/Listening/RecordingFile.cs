namespace EdgeAgent.Listening;

/// <summary>The file that is recorded into: a new one, for what is recorded cannot be had again.</summary>
internal static class RecordingFile
{
    /// <exception cref="IOException">It cannot be made, or is there.</exception>
    public static FileStream Open(string path) => File.Exists(path) || Directory.Exists(path)
        ? throw new IOException($"{path} is there already, and what it holds may not be had again: name another file, or remove it first")
        : new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
}
