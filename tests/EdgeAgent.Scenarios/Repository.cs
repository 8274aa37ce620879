namespace EdgeAgent.Scenarios;

/// <summary>Where the things under test lie.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();
    public static string Recording { get; } = Path.Combine(Root, "deploy/demo/valve1-3.csv");
    public static string Model { get; } = Path.Combine(Root, "models/pump-health");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "EdgeAgent.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("EdgeAgent.sln is nowhere above the tests");
        return folder;
    }
}
