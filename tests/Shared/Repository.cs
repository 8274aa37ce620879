namespace EdgeAgent.TestSupport;

/// <summary>Where things lie in the repository that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A pump with a fault.</summary>
    public static string Recording { get; } = File("deploy/demo/valve1-3.csv");

    public static string Model { get; } = File("models/pump-health");

    public static string File(string path) => Path.Combine(Root, path);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "EdgeAgent.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("the tests must lie in the repository: no EdgeAgent.sln above them");
    }
}
