using System.Text.Json;

namespace EdgeAgent.Publish.Tests;

/// <summary>What <c>deploy/package</c> makes of a published folder.</summary>
public sealed class PackageTests(PackageTests.Packages packages) : IClassFixture<PackageTests.Packages>
{
    private const string Arch = "amd64";

    [Fact]
    public void Two_builds_give_the_same_bytes()
    {
        using var again = new TempFolder();
        Build(again.Path);
        Assert.Equal(File.ReadAllText(Path.Combine(packages.Path, "SHA256SUMS")), File.ReadAllText(again.File("SHA256SUMS")));
        Assert.Equal(3, File.ReadAllLines(again.File("SHA256SUMS")).Length);
    }

    [Fact]
    public void Debians_own_check_finds_nothing()
    {
        var (code, said) = Shell.Run("lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0", packages.Deb);
        Assert.True(code == 0 && said.Trim().Length == 0, said);
    }

    [Fact]
    public void The_package_has_program_service_user_and_configuration()
    {
        var listing = Succeed("dpkg-deb", "--contents", packages.Deb);
        Assert.All(
            new[]
            {
                "./usr/lib/edgeagent/edgeagent", "./usr/lib/edgeagent/libonnxruntime.so",
                    "./usr/lib/edgeagent/models/pump-health/model.onnx",
                "./lib/systemd/system/edgeagent.service", "./usr/lib/sysusers.d/edgeagent.conf", "./etc/edgeagent/edgeagent.toml",
                "./usr/share/doc/edgeagent/sbom.cdx.json.gz",
                "./usr/share/doc/edgeagent/THIRD-PARTY-NOTICES.gz", "./usr/share/man/man1/edgeagent.1.gz",
                "./usr/bin/edgeagent -> ../lib/edgeagent/edgeagent",
            },
            file => Assert.Contains(file, listing));
        Assert.DoesNotContain(listing.Split('\n'), line => line.Length > 0 && !line.Contains(" root/root ", StringComparison.Ordinal));
        Assert.Equal("/etc/edgeagent/edgeagent.toml\n", Succeed("dpkg-deb", "--info", packages.Deb, "conffiles"));
    }

    [Fact]
    public void The_configuration_that_is_installed_is_good_and_plays_the_demo()
    {
        using var folder = new TempFolder();
        Succeed("dpkg-deb", "--extract", packages.Deb, folder.Path);
        var program = folder.File("usr/bin/edgeagent");
        Assert.Contains("the demo plays", Succeed(program, "check", "--config", folder.File("etc/edgeagent/edgeagent.toml")));

        // With its lines for a plant put to use, a source ends the demo.
        var text = File.ReadAllText(folder.File("etc/edgeagent/edgeagent.toml")).Replace("\n#", "\n", StringComparison.Ordinal);
        text = text[text.IndexOf("[agent]", StringComparison.Ordinal)..]
            .Replace("/usr/lib", folder.File("usr/lib"), StringComparison.Ordinal)
            .Replace("As long as", "# As long as", StringComparison.Ordinal)
            .Replace("only. Watch", "# only. Watch", StringComparison.Ordinal)
            .Replace("Your plant instead", "# Your plant instead", StringComparison.Ordinal);
        text = string.Join('\n', text.Split('\n').Select(l => l.TrimStart().StartsWith("# ", StringComparison.Ordinal) ? "" : l));
        File.WriteAllText(folder.File("plant.toml"), text);
        Assert.Contains("1 source, 1 detector", Succeed(program, "check", "--config", folder.File("plant.toml")));
    }

    [Fact]
    public void The_archive_runs_where_it_is_unpacked()
    {
        using var folder = new TempFolder();
        Succeed("tar", "-xzf", Directory.GetFiles(packages.Path, "*.tar.gz").Single(), "-C", folder.Path);
        var inside = Directory.GetDirectories(folder.Path).Single();
        var program = Path.Combine(inside, "edgeagent");
        Assert.Contains("readings judged", Succeed(program, "demo", "--speed", "400", "--duration", "4"));
        Assert.Contains("√", Succeed(program, "check", "--config", Path.Combine(inside, "edgeagent.toml")));
        Assert.All(new[] { "README", "LICENSE", "THIRD-PARTY-NOTICES", "edgeagent.toml", "edgeagent.service", "sbom.cdx.json" },
            name => Assert.True(File.Exists(Path.Combine(inside, name)), name));
    }

    [Fact]
    public void The_list_of_parts_names_every_package_with_version_and_licence()
    {
        using var bom = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(packages.Path, "*.cdx.json").Single()));
        var parts = bom.RootElement.GetProperty("components").EnumerateArray()
            .ToDictionary(c => c.GetProperty("name").GetString()!,
                c => (Version: c.GetProperty("version").GetString(), Licences: c.GetProperty("licenses").GetArrayLength()));
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src/EdgeAgent/packages.lock.json")));
        var expected = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(p => p.Value.GetProperty("type").GetString() != "Project" && p.Name != "Microsoft.NET.ILLink.Tasks").ToList();

        Assert.True(expected.Count > 15);
        Assert.All(expected, p => Assert.Equal(p.Value.GetProperty("resolved").GetString(), parts[p.Name].Version));
        Assert.All(parts, p => Assert.Equal(1, p.Value.Licences));
        Assert.Contains("Microsoft.ML.OnnxRuntime", parts.Keys);
        Assert.Matches(@"^3\.\d+\.\d+$", parts["SQLite"].Version);
        Assert.Equal("1.6", bom.RootElement.GetProperty("specVersion").GetString());
    }

    private static void Build(string folder) =>
        Succeed("deploy/package", "--fast", "--published", Path.GetDirectoryName(Published.Folder("linux-x64"))!, "--out", folder, Arch);

    private static string Succeed(string program, params string[] arguments)
    {
        var (code, said) = Shell.Run(program.Contains('/') ? Path.Combine(Repository.Root, program) : program, arguments);
        Assert.True(code == 0, said);
        return said;
    }

    /// <summary>The packages, built once.</summary>
    public sealed class Packages : IDisposable
    {
        private readonly TempFolder _folder = new();

        public Packages() => Build(_folder.Path);

        public string Path => _folder.Path;
        public string Deb => Directory.GetFiles(Path, "*.deb").Single();

        public void Dispose() => _folder.Dispose();
    }
}
