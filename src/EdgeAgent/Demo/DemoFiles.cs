using EdgeAgent.Recordings;

namespace EdgeAgent.Demo;

/// <summary>Finds what the demo plays beside the program.</summary>
internal static class DemoFiles
{
    public static string Recordings() => Beside("demo")
        ?? throw new RecordingException("the demo's recordings are not installed with the program; name some with --recording FILE (the repository and the package have them in deploy/demo)");

    public static string Model() => Beside("models/pump-health")
        ?? throw new RecordingException("the demo's model is not installed with the program; name one with --model BUNDLE");

    private static string? Beside(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name);
        return Directory.Exists(path) ? path : null;
    }
}
