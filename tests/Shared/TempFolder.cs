namespace EdgeAgent.TestSupport;

/// <summary>A folder of its own that goes with the test. Others may read it: containers run as another user.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-test-");

    public TempFolder() => System.IO.File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);

    public string Path => _folder.FullName;

    /// <summary>The path of a file in it; the folders above it are made.</summary>
    public string File(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    public string Write(string name, string content)
    {
        var path = File(name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
