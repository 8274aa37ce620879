using System.Globalization;
using System.Text.RegularExpressions;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.TestSupport;

namespace EdgeAgent.Tests.Docs;

/// <summary>The figures of memory in docs/gateway.md, and the limits that the chart, the manifests and the unit set.</summary>
public sealed partial class MemoryPageTests
{
    private const long MiB = 1 << 20;
    private static readonly string Page = File.ReadAllText(Repository.File("docs/gateway.md"));

    [Fact]
    public void The_table_says_what_is_computed()
    {
        var rows = TableRow().Matches(Page);
        Assert.Equal(3, rows.Count);
        var wrong = new List<string>();
        foreach (Match row in rows)
        {
            var devices = int.Parse(row.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
            (string Model, int Detectors)[] columns = [("pump-health", 1), ("single-channel", 1), ("pump-health", 4)];
            for (var i = 0; i < columns.Length; i++)
            {
                var said = int.Parse(row.Groups[i + 2].Value, CultureInfo.InvariantCulture);
                var computed = BoundOf(columns[i].Model, columns[i].Detectors, devices).Bytes / (double)MiB;
                if (Math.Abs(computed - said) > 1) wrong.Add($"{devices} devices × {columns[i]}: {computed:0} MiB, the page says {said}");
            }
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("deploy/helm/edgeagent/values.yaml", @"limits:\s+cpu: ""2""\s+memory: (\d+)Mi")]
    [InlineData("deploy/kubernetes/base/daemonset.yaml", @"limits:\s+cpu: ""2""\s+memory: (\d+)Mi")]
    [InlineData("deploy/kubernetes/overlays/sharded/statefulset.yaml", @"limits:\s+cpu: ""2""\s+memory: (\d+)Mi")]
    [InlineData("deploy/systemd/edgeagent.service", @"MemoryMax=(\d+)M")]
    [InlineData("docs/gateway.md", @"MemoryMax=(\d+)M")]
    [InlineData("docs/gateway.md", @"MemoryHigh=(\d+)M")]
    public void What_is_deployed_has_room_for_as_many_devices_as_a_source_may_have_unless_told(string file, string pattern) =>
        Assert.InRange(BoundOf("pump-health", 1, 10_000).Bytes, 1, LimitOf(file, pattern));

    [Theory]
    [InlineData("deploy/helm/edgeagent/values.yaml", @"runtimeSize: (\d+)Mi")]
    [InlineData("deploy/kubernetes/base/daemonset.yaml", @"medium: Memory\s+sizeLimit: (\d+)Mi")]
    [InlineData("deploy/kubernetes/overlays/sharded/statefulset.yaml", @"medium: Memory\s+sizeLimit: (\d+)Mi")]
    public void The_folder_that_outlives_the_process_has_room_for_them(string file, string pattern) =>
        Assert.InRange(BoundOf("pump-health", 1, 10_000).RuntimeBytes, 1, LimitOf(file, pattern));

    private static long LimitOf(string file, string pattern)
    {
        var limit = Regex.Match(File.ReadAllText(Repository.File(file)), pattern);
        Assert.True(limit.Success, $"{file} sets no {pattern}");
        return long.Parse(limit.Groups[1].Value, CultureInfo.InvariantCulture) * MiB;
    }

    /// <summary>With two lanes, which is what the deployed limit of processors comes to.</summary>
    private static MemoryBound BoundOf(string model, int detectors, int devices)
    {
        var folder = Repository.File($"models/{model}");
        var options = new AgentOptions
        {
            Sources = [new() { Name = "pumps", DeviceLimit = devices }],
            Detectors = [.. Enumerable.Range(0, detectors).Select(i => new DetectorOptions { Name = $"detector {i}", Source = "pumps", Model = folder })],
        };
        return MemoryBound.Of(options, new Dictionary<string, ModelBundle> { [folder] = ModelBundle.Load(folder) }, processors: 2);
    }

    [GeneratedRegex(@"^\| ([\d,]+) \| (\d+) \| (\d+) \| (\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
