using System.Diagnostics;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.TestData;
using EdgeAgent.Trials;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace EdgeAgent.Tests.Trials;

/// <summary>A bundle that hangs, crashes or takes all memory does so in a child that may do little, and is refused by name.</summary>
public sealed class TrialProcessTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly TrialProcess _trials = new(NullLogger.Instance) { TimeLimit = TimeSpan.FromSeconds(3) };

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Good_bundles_share_a_child_and_are_tried_once()
    {
        string[] folders = [Write("a", TinyOnnx.Linear([1])), Write("b", TinyOnnx.Linear([2])), Repository.Model];

        var watch = Stopwatch.StartNew();
        var first = _trials.Run(folders);
        var each = string.Join(", ", first.Values.Select(v => $"{v.TrialMs:0.0} ms"));
        output.WriteLine($"3 bundles in {watch.ElapsedMilliseconds} ms: {each}");
        var again = _trials.Run(folders);

        Assert.All(first.Values.Concat(again.Values), v => Assert.Null(v.Problem));
        Assert.True(first[Repository.Model].Golden > 0);
        Assert.Equal(1, _trials.Started);
    }

    [Fact]
    public void A_bundle_that_changed_is_tried_anew()
    {
        var folder = Write("a", TinyOnnx.Linear([1]));
        var before = _trials.Run([folder])[folder];
        Write("a", TinyOnnx.Linear([3]));
        var after = _trials.Run([folder])[folder];

        Assert.NotEqual(before.Digest, after.Digest);
        Assert.Equal(2, _trials.Started);
    }

    [Fact]
    public void A_bundle_that_never_ends_is_refused_and_those_behind_it_are_tried()
    {
        string[] folders = [Write("a", TinyOnnx.Linear([1])), Write("endless", HostileOnnx.Endless()), Write("b", TinyOnnx.Linear([2]))];

        var verdicts = _trials.Run(folders);

        Assert.Equal($"{folders[1]}: its trial run took longer than 3 s and was ended", verdicts[folders[1]].Problem);
        Assert.Null(verdicts[folders[0]].Problem);
        Assert.Null(verdicts[folders[2]].Problem);
    }

    [Fact]
    public void Many_that_never_end_do_not_hold_up_a_start_for_ever()
    {
        var trials = new TrialProcess(NullLogger.Instance) { TimeLimit = TimeSpan.FromSeconds(1), TotalLimit = TimeSpan.FromSeconds(2) };
        string[] folders = [.. Enumerable.Range(0, 30).Select(i => Write($"endless-{i}", HostileOnnx.Endless(), $"m{i}"))];

        var verdicts = trials.Run(folders);

        Assert.All(verdicts.Values, v => Assert.StartsWith(v.Folder, v.Problem!, StringComparison.Ordinal));
        Assert.Contains(verdicts.Values, v => v.Problem!.Contains("took longer than 1 s", StringComparison.Ordinal));
        Assert.Contains(verdicts.Values, v => v.Problem!.Contains("was not tried", StringComparison.Ordinal));
    }

    /// <summary>32 GiB, which the kernel would give, page by page, until the machine has none.</summary>
    [Fact]
    public void A_bundle_that_asks_for_more_memory_than_it_may_have_is_refused()
    {
        string[] folders = [Write("greedy", HostileOnnx.Greedy(8L << 30)), Write("b", TinyOnnx.Linear([2]))];

        var verdicts = new TrialProcess(NullLogger.Instance).Run(folders);

        output.WriteLine(verdicts[folders[0]].Problem);
        Assert.StartsWith(folders[0], verdicts[folders[0]].Problem!, StringComparison.Ordinal);
        Assert.DoesNotContain("longer than", verdicts[folders[0]].Problem!);
        Assert.Null(verdicts[folders[1]].Problem);
    }

    [Fact]
    public async Task A_child_may_do_little_and_one_that_dies_is_told_with_its_signal()
    {
        var trials = new TrialProcess(NullLogger.Instance) { TimeLimit = TimeSpan.FromSeconds(60) };
        var folder = Write("endless", HostileOnnx.Endless());
        var running = Task.Run(() => trials.Run([folder]));
        var child = 0;
        // One that has not said that it is ready is no child to be had: then the agent tries itself.
        await Eventually.Holds(
            () => trials.Started == 1 && (child = ChildThatTries(folder)) > 0 && Status(child, "Seccomp:") == "2",
            () => "no confined child");

        Assert.Equal("1", Status(child, "NoNewPrivs:"));
        Assert.Equal("1000", File.ReadAllText($"/proc/{child}/oom_score_adj").Trim());
        var limits = File.ReadAllLines($"/proc/{child}/limits");
        Assert.DoesNotContain("unlimited", limits.Single(l => l.StartsWith("Max data size", StringComparison.Ordinal)));
        Assert.Matches(@"Max file size\s+0\s+0", limits.Single(l => l.StartsWith("Max file size", StringComparison.Ordinal)));
        // So the kernel ends it where memory runs out.
        using (var kill = Process.Start("kill", ["-KILL", $"{child}"]))
            await kill.WaitForExitAsync();
        var problem = (await running.WaitAsync(TimeSpan.FromSeconds(30)))[folder].Problem;
        Assert.StartsWith($"{folder}: its trial run ended its process: signal 9, as where memory runs out", problem!,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("while :; do echo x; sleep 0.1; done", "took longer than 3 s and was ended")]
    [InlineData("while :; do echo x; done", "printed more than 1000 lines and was ended")]
    public async Task A_child_that_never_stops_talking_is_ended(string talk, string end)
    {
        var trials = new TrialProcess(NullLogger.Instance) { TimeLimit = TimeSpan.FromSeconds(3), Program = (_, _) => Script(talk) };
        var folder = Write("a", TinyOnnx.Linear([1]));

        var verdicts = await Task.Run(() => trials.Run([folder])).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal($"{folder}: its trial run {end}", verdicts[folder].Problem);
    }

    [Fact]
    public void Where_no_child_can_be_had_runs_have_a_limit_and_what_is_good_is_tried_once()
    {
        var asked = 0;
        var trials = new TrialProcess(NullLogger.Instance)
        {
            TimeLimit = TimeSpan.FromSeconds(3),
            Program = (_, _) =>
            {
                asked++;
                return new ProcessStartInfo(_temp.File("nowhere"));
            },
        };
        string[] folders = [Write("endless", HostileOnnx.Endless()), Write("b", TinyOnnx.Linear([2]))];

        var verdicts = trials.Run(folders);
        var again = trials.Run([folders[1]]);

        Assert.Contains("a run took longer than 3 s and was ended", verdicts[folders[0]].Problem);
        Assert.Null(verdicts[folders[1]].Problem);
        Assert.Null(again[folders[1]].Problem);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void A_guest_that_keeps_the_next_child_from_starting_lets_none_into_the_agent()
    {
        var asked = 0;
        var trials = new TrialProcess(NullLogger.Instance)
        {
            Program = (_, _) => asked++ == 0 ? Script("exit 3") : new ProcessStartInfo(_temp.File("nowhere")),
        };
        string[] folders = [Write("a", TinyOnnx.Linear([1])), Write("b", TinyOnnx.Linear([2]))];

        var verdicts = trials.Run(folders);

        Assert.Equal($"{folders[0]}: its trial run ended its process: exit code 3", verdicts[folders[0]].Problem);
        Assert.StartsWith($"{folders[1]}: was not tried, for its process could not be started", verdicts[folders[1]].Problem!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_that_speaks_of_another_bundle_makes_that_one_no_better()
    {
        var folder = Write("a", TinyOnnx.Linear([1]));
        var digest = ModelBundle.Load(Write("other", TinyOnnx.Linear([2]))).Digest;
        var trials = new TrialProcess(NullLogger.Instance)
        {
            Program = (_, _) => Script($$"""echo '{"folder": "{{folder}}", "digest": "{{digest}}"}'; exit 3"""),
        };

        Assert.Null(trials.Run([folder])[folder].Problem);
        Assert.NotNull(trials.Run([_temp.File("other")])[_temp.File("other")].Problem);
    }

    [Fact]
    public void A_limit_that_is_kept_ends_nothing_that_begins_later()
    {
        for (var i = 0; i < 300; i++)
        {
            var isEnded = false;
            using var deadline = new TrialDeadline(() => Volatile.Write(ref isEnded, true));
            deadline.Begin(TimeSpan.FromMilliseconds(2));
            Thread.Sleep(i % 4);
            var isKept = deadline.TryEnd();
            deadline.Begin(TimeSpan.FromHours(1));
            if (!isKept) Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref isEnded), TimeSpan.FromSeconds(30)));
            else Assert.False(SpinWait.SpinUntil(() => Volatile.Read(ref isEnded), TimeSpan.FromMilliseconds(4)));
        }
    }

    [Fact]
    public void What_needs_no_child_starts_none()
    {
        var junk = Write("junk", "no model"u8.ToArray());
        File.WriteAllText(Path.Combine(junk, "manifest.json"), "{");

        Assert.StartsWith(junk, _trials.Run([junk])[junk].Problem!, StringComparison.Ordinal);
        Assert.Equal(0, _trials.Started);
    }

    private string Write(string name, byte[] model, string called = "sum") =>
        TinyBundle.Write(_temp.File(name), TinyBundle.Sum("a") with { Name = called }, model);

    /// <summary>A child that says it is confined, and then does something else.</summary>
    private static ProcessStartInfo Script(string text) => new("bash", ["-c", $"echo confined; {text}"])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    };

    private static int ChildThatTries(string folder)
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                if (File.ReadAllText($"{process}/cmdline").Split('\0') is var words && words.Contains("trial") && words.Contains(folder))
                    return int.Parse(Path.GetFileName(process), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is somebody else's.
            }
        }
        return 0;
    }

    private static string Status(int process, string key) =>
        File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(key, StringComparison.Ordinal))[key.Length..].Trim();
}
