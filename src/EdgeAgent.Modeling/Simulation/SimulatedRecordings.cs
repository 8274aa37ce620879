using System.Globalization;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Simulation;

/// <summary>
/// Writes what the sensors of simulated machines send: messages with blocks, or a row a sample. The same seed gives the same bytes.
/// </summary>
/// <param name="folder">Made where it is missing.</param>
/// <param name="seed">Decides all of it.</param>
/// <param name="blocks">Blocks of a machine; a fault begins after half of them.</param>
/// <param name="pause">Seconds from block to block; 0: without a pause.</param>
/// <param name="asRows">A row a sample instead of messages.</param>
internal sealed class SimulatedRecordings(string folder, ulong seed, int blocks, double pause, bool asRows)
{
    public const int BlockLength = 1024;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public void Write(int machinesOfKind)
    {
        Directory.CreateDirectory(folder);
        var random = new SplittableRandom(seed);
        foreach (var fault in Enum.GetValues<FaultKind>())
            for (var i = 0; i < machinesOfKind; i++)
            {
                var kind = fault == FaultKind.None ? "sound" : fault.ToString().ToLowerInvariant();
                var name = $"{kind}-{i + 1}.{(asRows ? "csv" : "jsonl")}";
                using var writer = new StreamWriter(Path.Combine(folder, name)) { NewLine = "\n" };
                if (asRows) writer.WriteLine("time,x,y,z,anomaly");
                foreach (var block in Blocks(fault, random.Split(((ulong)fault << 32) + (ulong)i)))
                    Write(writer, block);
            }
    }

    /// <summary>What one machine sends, block by block; the memory of one serves for the next.</summary>
    public IEnumerable<SampledBlock> Blocks(FaultKind fault, SplittableRandom random)
    {
        var design = MachineDesign.Draw(random.Split(0));
        var machine = new Machine(design, fault, random.Split(1));
        var samples = new float[BlockLength * MachineDesign.Axes];
        var seconds = 0.0;
        for (var b = 0; b < blocks; b++)
        {
            if (pause > 0) machine.Advance(pause);
            var severity = fault == FaultKind.None ? 0 : Math.Clamp((b + 1 - blocks / 2) / (blocks / 2.0), 0, 1);
            machine.Sample(samples, severity);
            seconds += pause > 0 && b > 0 ? pause : BlockLength / design.Rate;
            yield return new SampledBlock(Start.AddSeconds(seconds), design.Rate, samples, severity > 0);
        }
    }

    private void Write(StreamWriter writer, SampledBlock block)
    {
        if (!asRows)
        {
            writer.WriteLine(block.ToMessage());
            return;
        }
        for (var i = 0; i < BlockLength; i++)
        {
            var time = block.End.AddTicks((long)((i + 1 - BlockLength) * TimeSpan.TicksPerSecond / block.Rate));
            var (x, y, z) = (block.Of(0, i), block.Of(1, i), block.Of(2, i));
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fffffff},{x:0.####},{y:0.####},{z:0.####},{(block.IsFaulty ? 1 : 0)}"));
        }
    }
}
