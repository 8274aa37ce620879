using System.Diagnostics;
using EdgeAgent.Pipeline.Outbox;
using EdgeAgent.TestData;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Outbox;

/// <summary>
/// Power cuts: the store on a small file system of its own whose image is copied at a random moment, which is what had been
/// synced by then. All that was reported safe must be in the copy. Needs root, for it mounts.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_was_reported_safe_before_a_power_cut_is_there_after_it()
    {
        var seed = Seed.Take(output);
        var random = new Random(seed);
        var rounds = Seed.Rounds(int.MaxValue);
        var (image, copy, live, cut) = (_temp.File("live.img"), _temp.File("cut.img"), Folder("live"), Folder("cut"));
        using (var stream = new FileStream(image, FileMode.CreateNew)) stream.SetLength(4 << 20);
        Sh($"mkfs.ext4 -q -F {image}");
        Sh($"mount -o loop {image} {live}");
        var (cuts, most) = (0, 0);
        var watch = Stopwatch.StartNew();
        try
        {
            using var store = OutboxStore.Open(Path.Combine(live, "outbox.db"), TimeProvider.System, new LogLines(), 256 << 10);
            var (owed, sequence) = (new SortedSet<long>(), 0L);
            for (; cuts < rounds && (rounds < int.MaxValue || watch.Elapsed < TimeSpan.FromSeconds(30)); cuts++)
            {
                for (var i = random.Next(6); i >= 0; i--)
                {
                    var added = Enumerable.Range(0, random.Next(1, 20)).Select(_ => Some.Entry($"e{++sequence}", bytes: random.Next(1500)).At(sequence)).ToList();
                    var removed = owed.Take(owed.Count > 300 ? 200 : random.Next(12)).ToList();
                    store.Commit(added, removed);
                    owed.UnionWith(added.Select(e => e.Sequence));
                    owed.ExceptWith(removed);
                }
                // Every other cut falls into a commit: its pages may be written by then, and it was not reported.
                var isWithin = cuts % 2 == 0;
                try
                {
                    store.Commit(isWithin ? CutAfter([Some.Entry("x", bytes: 60_000).At(sequence + 1)], () => Cut(image, copy)) : [], []);
                }
                catch (OperationCanceledException)
                {
                    // It never came to its end.
                }
                if (!isWithin) Cut(image, copy);

                Sh($"mount -o loop {copy} {cut}");
                try
                {
                    using var after = OutboxStore.Open(Path.Combine(cut, "outbox.db"), TimeProvider.System, new LogLines(), 256 << 10);
                    var read = after.ReadAfter(0, int.MaxValue).Select(e => e.Sequence).ToHashSet();
                    var missing = owed.Where(s => !read.Contains(s)).ToList();
                    Assert.True(missing.Count == 0, $"cut {cuts} of seed {seed}: {missing.Count} of {owed.Count} are gone: {string.Join(' ', missing.Take(20))}");
                    most = Math.Max(most, read.Count);
                }
                finally
                {
                    Sh($"umount {cut}");
                }
            }
        }
        finally
        {
            Sh($"umount {live}");
        }
        output.WriteLine($"{cuts} power cuts in {watch.Elapsed.TotalSeconds:0} s, up to {most} events owed: nothing lost");
        Assert.True(cuts > 20);
    }

    /// <summary>The image at one moment: a copy during which the kernel wrote is of no moment at all, and is made again.</summary>
    private static void Cut(string image, string copy)
    {
        do File.Copy(image, copy, overwrite: true);
        while (!File.ReadAllBytes(image).AsSpan().SequenceEqual(File.ReadAllBytes(copy)));
    }

    private static IEnumerable<OutboxEntry> CutAfter(IEnumerable<OutboxEntry> entries, Action cut)
    {
        foreach (var entry in entries) yield return entry;
        cut();
        throw new OperationCanceledException();
    }

    private string Folder(string name) => Directory.CreateDirectory(_temp.File(name)).FullName;

    internal static void Sh(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}: {error}");
    }
}
