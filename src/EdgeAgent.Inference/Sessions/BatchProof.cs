using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
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
    private const long ModelBytesLimit = 16L << 20;
    /// <summary>A graph that does not end is found out by whoever tries it.</summary>
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(10);

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
        if (model.Bundle.Manifest.Input.Alone == true || model.InputLength > ValuesLimit || model.Bundle.ModelBytes > ModelBytesLimit)
            return OnnxModel.Alone;
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
            if (AreEqual([before], [runner.Output(0).ToArray()])) return;
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
        catch (Exception e) when (e is OnnxRuntimeException or ModelRunException)
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
        var windows = Windows(model, runner.BatchLimit);
        var results = new Dictionary<int, float[][]>();
        for (var count = 1; count <= runner.BatchLimit; count *= 2)
            results[count] = Run(model, runner, windows, count);
        // Every window has the same result in every batch from some size on.
        var largest = results[runner.BatchLimit];
        var least = runner.BatchLimit;
        for (var count = runner.BatchLimit; count >= 1 && AreEqual(results[count], largest); count /= 2)
            least = count;
        var isEqual = least <= PaddingLimit && AreEqual(Run(model, runner, windows, runner.BatchLimit, shift: 1), largest);
        return isEqual ? least : OnnxModel.Alone;
    }

    /// <summary>The results of all windows, run so many at a time.</summary>
    private static float[][] Run(OnnxModel model, ModelRunner runner, float[][] windows, int count, int shift = 0)
    {
        var results = new float[windows.Length][];
        for (var first = 0; first < windows.Length; first += count)
        {
            for (var slot = 0; slot < count; slot++)
                windows[(first + slot + shift) % windows.Length].CopyTo(runner.Input(slot));
            runner.Run(count);
            for (var slot = 0; slot < count; slot++)
                results[(first + slot + shift) % windows.Length] = runner.Output(slot).ToArray();
        }
        return results;
    }

    private static bool AreEqual(float[][] results, float[][] others) => results.Zip(others).All(pair =>
        MemoryMarshal.AsBytes(pair.First.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(pair.Second.AsSpan())));

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
