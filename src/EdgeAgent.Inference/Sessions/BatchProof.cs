using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeAgent.Inference.Sessions;

/// <summary>
/// Finds out whether windows give the same results, bit by bit, however many are run together: the same readings must give the same
/// events, live, late and replayed. Kernels sum in another order for small batches on some processors, and some graphs look at all
/// windows of a run. So it is tried, on this very processor, with windows that are the same everywhere.
/// </summary>
internal static class BatchProof
{
    /// <summary>
    /// Kernels that choose by the number of windows do so at few: up to here batches are padded, above windows run alone.
    /// </summary>
    private const int PaddingLimit = 8;

    /// <summary>Larger windows gain nothing from company, and trying them takes long.</summary>
    private const int ValuesLimit = 16_384;
    /// <summary>Windows that are tried at once; they stand in a batch several times.</summary>
    private const int Tried = 16;
    /// <summary>By how many places they are moved: not a multiple of what kernels take at once.</summary>
    private const int Shift = 5;
    /// <summary>Differences may be rare: what runs quickly is tried with other windows again.</summary>
    private const int RoundsOfSmall = 4;
    private const long SmallBytes = 256 << 10;
    /// <summary>A graph that does not end is found out by whoever tries it.</summary>
    internal static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(10);

    /// <summary>Whether it can have been found: what a trial says comes out of a process that ran a stranger's graph.</summary>
    public static bool IsPossible(int leastBatch) =>
        leastBatch == OnnxModel.Alone || (leastBatch is > 0 and <= PaddingLimit && int.IsPow2(leastBatch));

    /// <summary>Windows that a run must be padded to; <see cref="OnnxModel.Alone"/>: windows must be run one by one.</summary>
    /// <param name="model">The model, run as it is told to: nothing is padded yet.</param>
    /// <exception cref="BundleException">It gives other than one output a window.</exception>
    public static int LeastBatch(OnnxModel model)
    {
        if (model.FixedBatch > 0)
        {
            if (model.FixedBatch > 1 && model.FixedBatch * (long)model.InputLength <= OnnxModel.RunValuesLimit) CheckNeighbours(model);
            return 1;
        }
        // One that cannot even be run alone; whoever judges with it tells why.
        if (model.ColdStart is null) return OnnxModel.Alone;
        if (model.Bundle.Manifest.Input.Alone == true || model.Plan.LargestLength > ValuesLimit) return OnnxModel.Alone;
        try
        {
            return Try(model);
        }
        catch (ModelRunException)
        {
            if (OutputsOfTwo(model) is not (2 or 0) and var outputs)
                throw new BundleException(
                    $"{model.Bundle.ModelPath}: gives {outputs} output{(outputs == 1 ? "" : "s")} for 2 windows; expected one each: "
                    + "reduce over the axes of a window, and leave the batch axis; or say \"alone\": true in the manifest's input, and "
                    + "windows are run one by one");
            // Whoever judges with it tells why, if it cannot be run alone either.
            return OnnxModel.Alone;
        }
    }

    /// <summary>A window beside others must give what it gives beside these: in a batch that the graph fixes it is never alone.</summary>
    private static void CheckNeighbours(OnnxModel model)
    {
        using var runner = new ModelRunner(model, model.FixedBatch, RunLimit);
        var windows = Windows(model, model.FixedBatch + 1);
        try
        {
            for (var slot = 0; slot < model.FixedBatch; slot++) windows[slot].CopyTo(runner.Input(slot));
            runner.Run(model.FixedBatch);
            var before = runner.Output(0).ToArray();
            for (var slot = 1; slot < model.FixedBatch; slot++) windows[slot + 1].CopyTo(runner.Input(slot));
            runner.Run(model.FixedBatch);
            if (AreEqual(before, runner.Output(0).ToArray())) return;
        }
        catch (ModelRunException)
        {
            // Whoever judges with it tells why.
            return;
        }
        throw new BundleException(
            $"{model.Bundle.ModelPath}: its windows depend on each other, and its batch is fixed at {model.FixedBatch}: export it with an "
            + "open batch axis, and windows are run one by one");
    }

    /// <summary>How many outputs a run of two windows gives; 0: it cannot be run.</summary>
    private static long OutputsOfTwo(OnnxModel model)
    {
        var windows = new float[2 * model.InputLength];
        GraphTensor[] inputs = [.. model.Plan.Inputs.Select(plan => new GraphTensor(plan, 2, windows))];
        using var options = new RunOptions();
        using var deadline = new RunDeadline(options, RunLimit);
        var values = inputs.Select(input => input.Value(2)).ToList();
        try
        {
            using var binding = model.Session.CreateIoBinding();
            foreach (var (input, value) in inputs.Zip(values)) binding.BindInput(input.Plan.Name, value);
            binding.BindOutputToDevice(model.Plan.Output.Name, OrtMemoryInfo.DefaultInstance);
            deadline.Begin();
            try
            {
                model.Session.RunWithBinding(options, binding);
            }
            finally
            {
                deadline.End();
            }
            using var given = binding.GetOutputValues();
            return given[0].GetTensorTypeAndShape().Shape is [var first, ..] ? first : 1;
        }
        catch (Exception e) when (RuntimeFailure.Is(e) || e is ModelRunException)
        {
            return 0;
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static int Try(OnnxModel model)
    {
        using var runner = new ModelRunner(model, ModelRunner.LaneBatch, RunLimit);
        var rounds = model.Bundle.ModelBytes <= SmallBytes ? RoundsOfSmall : 1;
        var some = Math.Min(Tried, runner.BatchLimit);
        var windows = Windows(model, rounds * some);
        var least = 1;
        for (var round = 0; round < rounds; round++)
        {
            var found = Try(runner, windows[(round * some)..((round + 1) * some)]);
            if (found == OnnxModel.Alone) return found;
            least = Math.Max(least, found);
        }
        return least;
    }

    /// <summary>What some windows show: each must have one result, in every place and in every batch from some size on.</summary>
    private static int Try(ModelRunner runner, float[][] windows)
    {
        var expected = Run(runner, windows, 0, runner.BatchLimit)[..windows.Length];
        if (!IsEqual(runner, windows, expected, runner.BatchLimit, Shift)) return OnnxModel.Alone;
        var least = runner.BatchLimit;
        while (least > 1 && IsEqual(runner, windows, expected, least / 2, shift: 0)) least /= 2;
        return least <= PaddingLimit ? least : OnnxModel.Alone;
    }

    /// <summary>Whether all windows, run so many at a time, have the results that are expected.</summary>
    private static bool IsEqual(ModelRunner runner, float[][] windows, float[][] expected, int count, int shift)
    {
        for (var first = shift; first < windows.Length + shift; first += count)
        {
            var results = Run(runner, windows, first, count);
            for (var slot = 0; slot < count; slot++)
                if (!AreEqual(results[slot], expected[(first + slot) % windows.Length])) return false;
        }
        return true;
    }

    /// <summary>The results of a run of so many windows, which come again and again, from some place on.</summary>
    private static float[][] Run(ModelRunner runner, float[][] windows, int first, int count)
    {
        for (var slot = 0; slot < count; slot++)
            windows[(first + slot) % windows.Length].CopyTo(runner.Input(slot));
        runner.Run(count);
        return [.. Enumerable.Range(0, count).Select(slot => runner.Output(slot).ToArray())];
    }

    private static bool AreEqual(float[] result, float[] other) =>
        MemoryMarshal.AsBytes(result.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.AsSpan()));

    /// <summary>Windows of a device, some in its usual state and some far from it, the same wherever this runs.</summary>
    private static float[][] Windows(OnnxModel model, int count)
    {
        var (usual, state) = (model.Bundle.Manifest.Input.Usual, 0x9E3779B9u);
        return [.. Enumerable.Range(0, count).Select(w => Enumerable.Range(0, model.InputLength).Select(i =>
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            var scale = w % 4 == 3 ? 8f : 2f;
            return (usual?[i] ?? 0) + scale * ((state >> 8) / (float)(1 << 23) - 1);
        }).ToArray())];
    }
}
