using System.Diagnostics;
using Xunit.Abstractions;

namespace EdgeAgent.Fuzz;

/// <summary>The short part of fuzzing, in every run: what was kept, and what damage makes of it.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    private const int Rounds = 3000;

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_that_was_kept_is_read_or_refused(string name)
    {
        var target = FuzzTarget.Of(name);
        var inputs = Corpus.Of(target).ToList();

        Assert.True(inputs.Count >= 3, $"the corpus of {name} has {inputs.Count} inputs");
        foreach (var input in inputs) Take(target, input);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Damaged_inputs_are_read_or_refused(string name)
    {
        var target = FuzzTarget.Of(name);
        var random = new Random(Seed.Take(output));
        var inputs = Corpus.Of(target).ToList();
        // Bounded by time, too: a recording takes a thousand times as long as a packet.
        var watch = Stopwatch.StartNew();
        var round = 0;
        for (; round < Rounds && watch.Elapsed < TimeSpan.FromSeconds(3); round++) Take(target, Damaged(random, inputs));
        output.WriteLine($"{round} inputs");
    }

    private static void Take(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new Xunit.Sdk.XunitException($"{target.Name} of {Convert.ToBase64String(input)}: {e}");
        }
    }

    private static byte[] Damaged(Random random, List<byte[]> inputs)
    {
        List<byte> bytes = [.. inputs[random.Next(inputs.Count)]];
        for (var i = random.Next(5); i >= 0; i--)
            switch (random.Next(5))
            {
                case 0 when bytes.Count > 0:
                    bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
                    break;
                case 1 when bytes.Count > 0:
                    bytes.RemoveRange(random.Next(bytes.Count) is var from ? from : 0, random.Next(1, Math.Min(9, bytes.Count - from + 1)));
                    break;
                case 2:
                    bytes.Insert(random.Next(bytes.Count + 1), (byte)random.Next(256));
                    break;
                case 3 when bytes.Count > 0:
                    bytes[random.Next(bytes.Count)] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    var other = inputs[random.Next(inputs.Count)];
                    var start = random.Next(other.Length + 1);
                    var length = random.Next(Math.Min(64, other.Length - start) + 1);
                    bytes.InsertRange(random.Next(bytes.Count + 1), other.AsSpan(start, length));
                    break;
            }
        return [.. bytes.Take(FuzzTarget.InputLimit)];
    }
}
