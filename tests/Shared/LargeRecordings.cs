namespace EdgeAgent.TestSupport;

/// <summary>Recordings too large for the repository, and their scorers: only where tests/with-recordings says that they are.</summary>
internal static class LargeRecordings
{
    /// <summary>The folder of that name below EDGEAGENT_SHARED; null where the variable is unset or the folder is not there.</summary>
    public static string? Folder(string name) => Below("EDGEAGENT_SHARED", name, Directory.Exists);

    /// <summary>The script of that name below EDGEAGENT_SCORERS; null where the variable is unset or the script is not there.</summary>
    public static string? Scorer(string name) => Below("EDGEAGENT_SCORERS", name, File.Exists);

    private static string? Below(string variable, string name, Func<string, bool> isThere) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder
        && Path.Combine(folder, name) is var path && isThere(path) ? path : null;
}
