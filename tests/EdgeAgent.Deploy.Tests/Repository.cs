namespace EdgeAgent.Deploy.Tests;

/// <summary>Where things lie in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The published folders: below EDGEAGENT_PUBLISH, which tests/run sets, or where publishing leaves them.</summary>
    public static string Published { get; } =
        Environment.GetEnvironmentVariable("EDGEAGENT_PUBLISH") is { Length: > 0 } given ? Path.GetFullPath(given) : File("artifacts/publish");

    public static string File(string path) => Path.Combine(Root, path);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "EdgeAgent.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("the tests must lie in the repository: no EdgeAgent.sln above them");
    }
}
