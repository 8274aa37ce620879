namespace EdgeAgent.TestSupport;

/// <summary>A folder of its own that goes with the test. Others may read it: containers run as another user.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-test-");

    public TempFolder() => System.IO.File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);

    public string Path => _folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The path of a file that the test will write; the folders above it are made.</summary>
    public string Place(string name)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        return File(name);
    }

    public string Write(string name, string content)
    {
        System.IO.File.WriteAllText(Place(name), content);
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
