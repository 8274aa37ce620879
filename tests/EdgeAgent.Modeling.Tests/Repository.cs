namespace EdgeAgent.Modeling.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeAgent.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"no EdgeAgent.sln above {AppContext.BaseDirectory}");
    }
}
