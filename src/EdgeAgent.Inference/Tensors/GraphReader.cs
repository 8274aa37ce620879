using EdgeAgent.Inference.Bundles;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeAgent.Inference.Tensors;

/// <summary>
/// Finds out how a graph takes windows and gives its output, by its own shapes and by what the manifest says. Shapes that fit only
/// one order need no word in the manifest.
/// </summary>
internal sealed class GraphReader(BundleManifest manifest, string path)
{
    private const string ByChannel = "channels-first";

    private int Channels => manifest.Channels.Count;
    private bool HasFeatures => manifest.Input.Features is not null;

    /// <param name="inputs">What the graph takes.</param>
    /// <param name="outputs">What it gives.</param>
    /// <param name="byChannel">Whether axes that are open are taken for channel after channel.</param>
    /// <exception cref="BundleException">They do not fit the manifest; the message says what to change.</exception>
    public GraphPlan Read(
        IReadOnlyDictionary<string, NodeMetadata> inputs, IReadOnlyDictionary<string, NodeMetadata> outputs, bool byChannel = false)
    {
        var taken = inputs.Count == 1 && manifest.Input.Columns is null ? [Input(inputs, byChannel)] : Columns(inputs);
        var given = Output(outputs, byChannel);
        var batch = inputs[taken[0].Name].Dimensions[0];
        return new GraphPlan(taken, given, WindowOrder.InputLength(manifest), WindowOrder.OutputLength(manifest), Math.Max(0, batch));
    }

    /// <summary>Whether nothing in the graph says in which order its input is.</summary>
    public bool IsOrderOpen(IReadOnlyDictionary<string, NodeMetadata> inputs) =>
        inputs.Count == 1 && manifest.Input.Columns is null && manifest.Input.Layout == "window"
        && inputs.Values.First() is { IsTensor: true, Dimensions: [_, < 0, < 0] };

    private TensorPlan Input(IReadOnlyDictionary<string, NodeMetadata> inputs, bool byChannel)
    {
        var node = Require(inputs, manifest.Input.Name, "input");
        var rows = WindowOrder.SeenRows(manifest);
        var order = Order(node.Dimensions, rows, byChannel) ?? throw Misshapen(node, "input", rows);
        // A graph that sees the beginning of a window only cannot share its memory.
        var isAll = rows * Channels == WindowOrder.InputLength(manifest);
        var map = order.Map ?? (isAll ? null : WindowOrder.First(rows * Channels));
        return new TensorPlan(manifest.Input.Name, node.ElementDataType, order.Shape, map);
    }

    /// <summary>A graph with an input for each channel, as tools make of tables.</summary>
    private TensorPlan[] Columns(IReadOnlyDictionary<string, NodeMetadata> inputs)
    {
        var names = manifest.Input.Columns ?? [.. manifest.Channels.Select(c => c.Name)];
        if (inputs.Count != Channels || names.Count != Channels || names.Exists(n => !inputs.ContainsKey(n)))
            throw new BundleException(
                $"{path}: has {inputs.Count} inputs, {Listed(inputs.Keys)}; expected one, or one for each of {Channels} channels: "
                + "list their names in input.columns of the manifest, in the order of the channels");
        var rows = WindowOrder.SeenRows(manifest);
        return [.. names.Select((name, channel) =>
        {
            var node = Require(inputs, name, "input");
            long[] shape = node.Dimensions.Length == 1 ? [] : node.Dimensions.Length == 3 ? [rows, 1] : [rows];
            if (!Fits(node.Dimensions, shape) || (shape.Length == 0 && rows > 1))
                throw new BundleException(
                    $"{path}: its input \"{name}\" has shape {Shown(node.Dimensions)}; expected [batch, {rows}], the values of one "
                    + "channel");
            return new TensorPlan(name, node.ElementDataType, shape, WindowOrder.OfChannel(channel, rows, Channels));
        })];
    }

    private TensorPlan Output(IReadOnlyDictionary<string, NodeMetadata> outputs, bool byChannel)
    {
        var node = Require(outputs, manifest.Output.Name, "output");
        if (node.Dimensions.Length == 0)
            throw new BundleException(
                $"{path}: output \"{manifest.Output.Name}\" is one number for all windows of a run; expected one a window: reduce "
                + "over the axes of a window, and leave the batch axis");
        if (WindowOrder.IsScore(manifest)) return Score(node);
        var rows = WindowOrder.OutputRows(manifest);
        var order = Order(node.Dimensions, rows, byChannel);
        // Of one reading the axis of readings may be missing.
        if (order is null && rows == 1 && Fits(node.Dimensions, [Channels])) order = ([Channels], null);
        if (order is not { } found) throw Misshapen(node, "output", rows);
        return new TensorPlan(manifest.Output.Name, node.ElementDataType, found.Shape, Inverse(found.Map));
    }

    /// <summary>A number a window, or one of several that the manifest chooses.</summary>
    private TensorPlan Score(NodeMetadata node)
    {
        long[] shape = [.. node.Dimensions.Skip(1).Select(d => (long)d)];
        if (manifest.Output.Element is not { } element)
        {
            if (!Fits(node.Dimensions, shape.Length == 0 ? [] : [1]))
                throw new BundleException(
                    $"{path}: its output has shape {Shown(node.Dimensions)}; by the manifest it must be [batch, 1]: of several numbers "
                    + "output.element in the manifest chooses one, from 0 on");
            return new TensorPlan(manifest.Output.Name, node.ElementDataType, shape.Length == 0 ? [] : [1]);
        }
        var count = shape.Aggregate(1L, (a, b) => a * b);
        if (Array.Exists(shape, d => d < 0) || element >= count)
            throw new BundleException(
                $"{path}: its output has shape {Shown(node.Dimensions)}; output.element is {element}, expected less than "
                + (Array.Exists(shape, d => d < 0) ? "a size that the graph states" : $"{count}"));
        return new TensorPlan(manifest.Output.Name, node.ElementDataType, shape, [element]);
    }

    /// <summary>Shape and order that a tensor of rows has; null: none that we know.</summary>
    private (long[] Shape, int[]? Map)? Order(int[] dimensions, int rows, bool byChannel)
    {
        var isTurned = byChannel || manifest.Input.Layout == ByChannel;
        if (!HasFeatures && !isTurned && Fits(dimensions, [rows, Channels])) return ([rows, Channels], null);
        if (!HasFeatures && manifest.Input.Layout is "window" or ByChannel && Fits(dimensions, [Channels, rows]))
            return ([Channels, rows], WindowOrder.ByChannel(rows, Channels));
        if (Fits(dimensions, [(long)rows * Channels]))
            return ([rows * Channels], manifest.Input.Layout == ByChannel ? WindowOrder.ByChannel(rows, Channels) : null);
        return null;
    }

    /// <summary>Where each of our values stands in the tensor.</summary>
    private static int[]? Inverse(int[]? map)
    {
        if (map is null) return null;
        var inverse = new int[map.Length];
        for (var i = 0; i < map.Length; i++) inverse[map[i]] = i;
        return inverse;
    }

    private NodeMetadata Require(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, string what)
    {
        if (!nodes.TryGetValue(name, out var node))
            throw new BundleException(
                $"{path}: has no {what} \"{name}\"; it has {Listed(nodes.Keys)}: correct {what}.name in the manifest");
        if (!node.IsTensor)
            throw new BundleException(
                $"{path}: {what} \"{name}\" is a {node.OnnxValueType}; expected a tensor: of a classifier of scikit-learn, convert it "
                + "with options={id(model): {'zipmap': False}}, and choose the output \"probabilities\" with output.element");
        return TensorElements.Bytes(node.ElementDataType) > 0
            ? node
            : throw new BundleException(
                $"{path}: {what} \"{name}\" is {node.ElementDataType}; expected {TensorElements.Expected}");
    }

    private BundleException Misshapen(NodeMetadata node, string what, int rows)
    {
        long[] expected = HasFeatures ? [rows * Channels] : [rows, Channels];
        return new BundleException(
            $"{path}: its {what} has shape {Shown(node.Dimensions)}; "
            + $"by the manifest it must be [batch{string.Concat(expected.Select(d => $", {d}"))}]"
            + (HasFeatures ? "" : $", [batch, {Channels}, {rows}] or [batch, {rows * Channels}]"));
    }

    private static bool Fits(int[] dimensions, long[] expected)
    {
        var fits = dimensions.Length == expected.Length + 1;
        for (var i = 0; fits && i < expected.Length; i++)
            fits = dimensions[i + 1] < 0 || dimensions[i + 1] == expected[i];
        return fits;
    }

    private static string Shown(int[] dimensions) => $"[{string.Join(", ", dimensions)}]";

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
