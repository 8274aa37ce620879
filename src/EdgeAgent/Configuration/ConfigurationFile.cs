using EdgeAgent.Files;

namespace EdgeAgent.Configuration;

/// <summary>
/// Reads the configuration: the file, then the drop-ins <c>conf.d/*.toml</c> beside it in the order of their names, then
/// the environment. What comes later wins key by key; <c>[[rules]]</c> are added.
/// </summary>
public static class ConfigurationFile
{
    /// <summary>The file that is read unless another is named.</summary>
    public const string DefaultPath = "/etc/edgeagent/edgeagent.toml";

    /// <summary>Gives the options, or all errors; never throws for what is in the files or the environment.</summary>
    /// <param name="path">The main file. Relative paths inside all files start at its folder.</param>
    /// <param name="environment">Variables by name; those that begin with <c>EDGEAGENT__</c> count.</param>
    public static ConfigurationResult Load(string path, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(environment);
        var errors = new List<ConfigurationError>();
        var sources = new List<string>();
        var root = ReadTree(path, environment, errors, sources);
        // After a syntax error a table may be missing, and every complaint about that would mislead.
        if (errors.Count > 0)
            return Failed(errors, sources);

        var options = AgentReader.Read(new TomlScope(root, "", FolderOf(path), errors));
        var result = errors.Count > 0 ? Failed(errors, sources) : new ConfigurationResult(options, []);
        return result with { Warnings = [.. DropInFiles.LeftOut(FolderOf(path)), .. NearMisses.Find(environment.Keys)] };
    }

    /// <summary>
    /// The output lines of the configuration, for when they must be made safe. Whatever else is wrong with it, or cannot be read
    /// any more because the agent has ended, as a credential, does not matter; lines that are not told plainly are left out.
    /// </summary>
    internal static OutputLines LoadLines(string path, IReadOnlyDictionary<string, string> environment)
    {
        var errors = new List<ConfigurationError>();
        var root = ReadTree(path, environment, errors, []);
        return OutputLines.Read(new TomlScope(root, "", FolderOf(path), errors), errors);
    }

    /// <param name="sources">Gets the names of the files, in the order in which they are read.</param>
    private static TableNode ReadTree(
        string path, IReadOnlyDictionary<string, string> environment, List<ConfigurationError> errors, List<string> sources)
    {
        var full = Path.GetFullPath(path);
        sources.Add(Path.GetFileName(full));
        var root = ReadFile(full, sources[0], errors);
        foreach (var dropIn in DropInFiles.Find(FolderOf(path), errors))
        {
            sources.Add($"{DropInFiles.Folder}/{Path.GetFileName(dropIn)}");
            root.Overlay(ReadFile(dropIn, sources[^1], errors));
        }
        EnvironmentOverrides.Apply(root, environment, errors);
        return root;
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static TableNode ReadFile(string path, string name, List<ConfigurationError> errors)
    {
        try
        {
            return TomlTree.Read(NamedFile.ReadText(path, FileLimits.Configuration), name, errors);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            var (problem, remedy) = trouble switch
            {
                FileNotFoundException or DirectoryNotFoundException =>
                    ($"there is no file {path}", name.StartsWith(DropInFiles.Folder, StringComparison.Ordinal)
                        ? "if it is a link that leads nowhere, take it away"
                        : "name yours with --config FILE; the README shows a first one, deploy/edgeagent.toml every key"),
                NotAFileException other => ($"{path} {other.Problem}", null),
                UnauthorizedAccessException => ($"{path} must not be read, or is a folder", "let the agent's user read it"),
                _ => ($"{path} cannot be read", null as string),
            };
            errors.Add(new ConfigurationPosition(name).Error("", problem, remedy));
            return new TableNode(new ConfigurationPosition(name, 1, 1));
        }
    }

    /// <summary>The environment is none of the files; its index of -1 becomes the largest.</summary>
    private static ConfigurationResult Failed(List<ConfigurationError> errors, List<string> sources)
        => new(null,
            [.. errors.OrderBy(error => (uint)sources.IndexOf(error.File)).ThenBy(error => error.Line).ThenBy(error => error.Column)]);
}
