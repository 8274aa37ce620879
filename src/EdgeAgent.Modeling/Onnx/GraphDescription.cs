using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Onnx;

/// <summary>Guesses from a graph what a manifest has to say of it, and tells what it guessed.</summary>
internal sealed class GraphDescription
{
    private const string Trees = "ai.onnx.ml";
    private static readonly string[] ByChannel = ["Conv", "MaxPool", "AveragePool", "BatchNormalization", "InstanceNormalization"];
    private static readonly string[] ScoreNames = ["score", "scores", "anomaly_score", "probabilities"];

    private readonly GraphProto _graph;
    private readonly string _file;
    private readonly List<string> _notes = [];
    private readonly BundleManifest _manifest = new() { Version = "1.0.0", Calibration = new ManifestCalibration() };

    private GraphDescription(ModelProto model, string file)
    {
        (_graph, _file) = (model.Graph, file);
        (_manifest.Name, _manifest.Model) = (Path.GetFileNameWithoutExtension(file), file);
        if (!model.OpsetImport.Any(o => o.Domain == Trees)) return;
        _manifest.Calibration = new ManifestCalibration { Over = "none" };
        Note("calibration.over is \"none\": models of scikit-learn take values in their units. Correct it if yours was trained on z");
    }

    /// <param name="model">The graph.</param>
    /// <param name="file">Its name.</param>
    /// <param name="channels">Names of the channels; null: they are called as the graph's inputs, or by number.</param>
    /// <param name="output">The output that counts; null: the one that looks like it.</param>
    /// <returns>The manifest, and what was guessed.</returns>
    /// <exception cref="ModelingException">The graph takes nothing that could be readings.</exception>
    public static (BundleManifest Manifest, IReadOnlyList<string> Notes) Of(
        ModelProto model, string file, string[]? channels, string? output)
    {
        var description = new GraphDescription(model, file);
        description.TakeInputs(channels);
        description.TakeOutput(output);
        return (description._manifest, description._notes);
    }

    /// <summary>Old files list constants among their inputs.</summary>
    private ValueInfoProto[] Inputs =>
        [.. _graph.Input.Where(i => !_graph.Initializer.Select(t => t.Name).Contains(i.Name))];

    private void TakeInputs(string[]? names)
    {
        var inputs = Inputs;
        if (inputs.Length == 0 || _graph.Output.Count == 0)
            throw new ModelingException(
                $"{_file}: has {inputs.Length} inputs and {_graph.Output.Count} outputs; expected one of each or more");
        if (inputs.Length > 1)
        {
            Name(names, inputs.Length, [.. inputs.Select(i => i.Name)]);
            _manifest.Window = new ManifestWindow { Length = Shape(inputs[0]) is [_, > 1 and var rows, ..] ? (int)rows : 1 };
            _manifest.Input = new ManifestInput { Name = inputs[0].Name };
            if (names is not null) _manifest.Input.Columns = [.. inputs.Select(i => i.Name)];
            return;
        }
        _manifest.Input = new ManifestInput { Name = inputs[0].Name };
        switch (Shape(inputs[0]))
        {
            case [_, > 0 and var values] when names is { Length: var count } && values > count && values % count == 0:
                TakeFlat((int)values / count, names);
                break;
            case [_, var values]:
                Name(names, Size(values, names?.Length, "number of channels"), null);
                _manifest.Window = new ManifestWindow { Length = 1 };
                break;
            case [_, var first, var second]:
                TakeWindow(inputs[0], first, second, names);
                break;
            case var shape:
                throw new ModelingException(
                    $"{_file}: its input \"{inputs[0].Name}\" has the shape [{string.Join(", ", shape)}]; expected [batch, channels], "
                    + "[batch, length, channels] or [batch, channels, length]");
        }
    }

    private void TakeFlat(int rows, string[] names)
    {
        Name(names, names.Length, null);
        _manifest.Window = new ManifestWindow { Length = rows };
        Note($"the input is taken for a flat window of {rows} readings, one reading behind the other: say \"layout\": \"channels-first\" "
            + "in input where it has one channel behind the other");
    }

    private void TakeWindow(ValueInfoProto input, long first, long second, string[]? names)
    {
        var isByChannel = names is { Length: var count } && first != second && (first == count || second == count)
            ? first == count
            : _graph.Node.Any(n => n.Input.Contains(input.Name) && ByChannel.Contains(n.OpType));
        var (rows, channels) = isByChannel ? (second, first) : (first, second);
        Name(names, Size(channels, names?.Length, "number of channels"), null);
        _manifest.Window = new ManifestWindow { Length = Size(rows, null, "window.length") };
        if (isByChannel) _manifest.Input.Layout = "channels-first";
        var order = isByChannel ? "[batch, channels, length]" : "[batch, length, channels]";
        Note($"the input is taken for {order}: correct input.layout if not");
    }

    private void TakeOutput(string? name)
    {
        var output = name is null ? Likely() : _graph.Output.FirstOrDefault(o => o.Name == name)
            ?? throw new ModelingException(
                $"{_file}: has no output \"{name}\"; it has {string.Join(", ", _graph.Output.Select(o => $"\"{o.Name}\""))}");
        if (_graph.Output.Count > 1 && name is null)
            Note($"of {_graph.Output.Count} outputs \"{output.Name}\" is taken: --output names another");
        if (output.Type?.TensorType is null)
            throw new ModelingException(
                $"{_file}: its output \"{output.Name}\" is no tensor: of a classifier of scikit-learn, convert it with "
                + "options={id(model): {'zipmap': False}}");
        var shape = Shape(output);
        _manifest.Output = new ManifestOutput { Name = output.Name };
        long[] window = Shape(_graph.Input.First(i => i.Name == _manifest.Input.Name));
        var isLikeInput = Inputs.Length == 1 && shape.Length >= 2 && shape.AsSpan(1).SequenceEqual(window.AsSpan(1));
        if (isLikeInput && !IsOfClasses(output) && shape[1..] is not [1])
        {
            _manifest.Output.Kind = "reconstruction";
        }
        else if (Horizon(shape) is > 0 and var horizon && !IsOfClasses(output))
        {
            TakeForecast(horizon);
        }
        else if (shape is [_, > 1 and var several])
        {
            _manifest.Output.Element = 1;
            Note($"of {several} numbers the second is taken: correct output.element, which counts from 0");
        }
        else if (_manifest.Calibration.IsGiven && _graph.Output.Any(o => o.Name == "label") && output.Name == "scores")
        {
            (_manifest.Output.Worse, _manifest.Output.Zero, _manifest.Output.One) = ("lower", 0.1f, 0);
            Note("lower outputs are taken to be worse, as outlier detectors of scikit-learn have it: remove output.worse if not");
        }
        Note("output.zero and output.one are placeholders: set them to the raw output of a usual window and of the threshold; "
            + "edgeagent replay shows what comes out");
    }

    /// <summary>Readings that an output may be a forecast of; 0: it looks like none.</summary>
    private int Horizon(long[] shape)
    {
        var (rows, channels) = (_manifest.Window.Length, _manifest.Channels.Count);
        if (rows < 2) return 0;
        var horizon = shape switch
        {
            [_, > 1 and var values] when channels > 1 && values % channels == 0 && values / channels < rows => (int)values / channels,
            [_, var first, > 0 and var second] when _manifest.Input.Layout == "channels-first" => first == channels ? (int)second : 0,
            [_, > 0 and var first, var second] => second == channels ? (int)first : 0,
            _ => 0,
        };
        // As many readings as it is given are more likely these.
        return horizon == rows ? 0 : horizon;
    }

    private void TakeForecast(int horizon)
    {
        _manifest.Output.Kind = "forecast";
        if (horizon > 1) _manifest.Output.Horizon = horizon;
        _manifest.Window.Length += horizon;
        Note($"the output is taken for a forecast of {horizon} reading{(horizon == 1 ? "" : "s")}, which window.length counts, too: where it "
            + "is something else, say output.kind and take them off window.length");
    }

    private static bool IsOfClasses(ValueInfoProto output) => output.Name.Contains("prob", StringComparison.OrdinalIgnoreCase);

    private ValueInfoProto Likely() =>
        _graph.Output.FirstOrDefault(o => ScoreNames.Contains(o.Name)) ?? _graph.Output.FirstOrDefault(o => o.Name != "label")
            ?? _graph.Output[0];

    private void Name(string[]? names, int count, string[]? own)
    {
        if (names is not null && names.Length != count)
            throw new ModelingException($"{_file}: takes {count} channels; --channels names {names.Length}");
        if (names is null && own is null) Note($"channels are called channel1 to channel{count}: write how your source calls them");
        _manifest.Channels = [.. (names ?? own ?? [.. Enumerable.Range(1, count).Select(i => $"channel{i}")])
            .Select(n => new ManifestChannel { Name = n })];
    }

    private int Size(long size, int? known, string what)
    {
        if (size > 0) return (int)size;
        if (known is { } count) return count;
        Note($"the graph leaves the {what} open; 1 is a placeholder");
        return 1;
    }

    /// <summary>With 0 for axes that are open.</summary>
    private static long[] Shape(ValueInfoProto value) =>
        [.. (value.Type?.TensorType?.Shape?.Dim ?? []).Select(d => d.DimParam.Length > 0 ? 0 : d.DimValue)];

    private void Note(string note) => _notes.Add($"note: {note}");
}
