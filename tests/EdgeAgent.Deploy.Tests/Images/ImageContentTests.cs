using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace EdgeAgent.Deploy.Tests.Images;

/// <summary>What the images hold, and what they say of themselves.</summary>
[Collection(SharedImages.Name)]
public sealed class ImageContentTests(BuiltImages images, ITestOutputHelper output)
{
    private const int CompressedBytesLimit = 60_000_000;
    private const int AgentUser = 10001;

    /// <summary>What docker/prepare-root writes itself.</summary>
    private static readonly string[] Written = ["etc/group", "etc/nsswitch.conf", "etc/passwd", "etc/ssl/certs/ca-certificates.crt"];

    public static TheoryData<string> Architectures => ["amd64", "arm64"];

    [Theory, MemberData(nameof(Architectures))]
    public void Image_says_what_it_is_and_runs_as_a_number(string arch)
    {
        var image = images.Push(arch).Configuration;
        Assert.Equal(arch, image.GetProperty("architecture").GetString());
        var config = image.GetProperty("config");
        Assert.Equal("10001:10001", config.GetProperty("User").GetString());
        Assert.Equal(["/opt/edgeagent/edgeagent"], Texts(config.GetProperty("Entrypoint")));
        Assert.Equal(["run"], Texts(config.GetProperty("Cmd")));
        Assert.Equal(["CMD", "/opt/edgeagent/edgeagent", "health"], Texts(config.GetProperty("Healthcheck").GetProperty("Test")));
        Assert.True(config.GetProperty("Volumes").TryGetProperty("/var/lib/edgeagent", out _));
        Assert.Contains("ORT_DISABLE_TELEMETRY=1", Texts(config.GetProperty("Env")));
        var labels = config.GetProperty("Labels");
        foreach (var label in new[] { "title", "description", "version", "licenses", "vendor" })
            Assert.NotEmpty(labels.GetProperty($"org.opencontainers.image.{label}").GetString()!);
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Image_is_at_most_60_MB_compressed(string arch)
    {
        var bytes = images.Push(arch).CompressedBytes;
        output.WriteLine(
            $"{arch}: {bytes / 1e6:0.0} MB compressed, {images.Push(arch).Files().Sum(f => f.Content.LongLength) / 1e6:0.0} MB unpacked");
        Assert.InRange(bytes, 1_000_000, CompressedBytesLimit);
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Every_file_is_the_programs_or_of_a_package_that_the_image_names(string arch)
    {
        var files = images.Push(arch).Files().Where(f => f.Type is TarEntryType.RegularFile or TarEntryType.V7RegularFile).ToList();
        var published = BuiltImages.Published(arch);
        var sums = string.Concat(
            files.Where(f => f.Path.EndsWith(".md5sums", StringComparison.Ordinal)).Select(f => Encoding.UTF8.GetString(f.Content)));
        foreach (var file in files)
        {
            if (file.Path.StartsWith("opt/edgeagent/", StringComparison.Ordinal))
                Assert.True(File.ReadAllBytes(Path.Combine(published, file.Path["opt/edgeagent/".Length..]))
                    .AsSpan().SequenceEqual(file.Content), file.Path);
            else if (!Written.Contains(file.Path) && !file.Path.StartsWith("var/lib/dpkg/status.d/", StringComparison.Ordinal))
                Assert.Contains(Convert.ToHexStringLower(MD5.HashData(file.Content)), sums);
        }
        Assert.Equal(Directory.GetFiles(published, "*", SearchOption.AllDirectories).Length,
            files.Count(f => f.Path.StartsWith("opt/", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Nothing_can_be_run_but_the_agent(string arch)
    {
        var files = images.Push(arch).Files();
        var programs = files.Where(f => f.Type is TarEntryType.RegularFile or TarEntryType.V7RegularFile
            && (f.Mode & UnixFileMode.UserExecute) != 0 && !f.Path.Contains(".so", StringComparison.Ordinal));
        Assert.Equal(["opt/edgeagent/edgeagent"], programs.Select(f => f.Path));
    }

    [Theory, MemberData(nameof(Architectures))]
    public void Nobody_but_root_can_change_the_program_and_no_file_gives_rights(string arch)
    {
        foreach (var file in images.Push(arch).Files())
        {
            Assert.False((file.Mode & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0, file.Path);
            Assert.True(file.Owner == (file.Path is "var/lib/edgeagent" or "run/edgeagent" ? AgentUser : 0),
                $"{file.Path} belongs to {file.Owner}");
            if (file.Type != TarEntryType.SymbolicLink && file.Path != "tmp")
                Assert.False((file.Mode & (UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != 0, file.Path);
        }
    }

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(e => e.GetString());
}
