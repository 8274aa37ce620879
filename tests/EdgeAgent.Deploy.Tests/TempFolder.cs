namespace EdgeAgent.Deploy.Tests;

/// <summary>A folder of its own that goes with the test. Others may read it: containers run as another user.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-deploy-");

    public TempFolder() => System.IO.File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);

    public string Path => _folder.FullName;

    public string File(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public string Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), content);
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
