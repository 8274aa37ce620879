using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Commands;

/// <summary>A manifest for a model that has none yet: what its shape and the recordings tell, and the usual for the rest.</summary>
internal static class AssumedManifest
{
    /// <param name="model">Cleaned.</param>
    /// <param name="recordings">Their channels are taken for the model's, in their order.</param>
    /// <param name="file">How messages name the model.</param>
    /// <exception cref="ModelingException">The model's input is no window of these recordings' channels.</exception>
    public static BundleManifest Of(ModelProto model, IReadOnlyList<Recording> recordings, string file)
    {
        var channels = recordings[0].Channels;
        var (input, output) = (model.Graph.Input[0].Name, model.Graph.Output[0].Name);
        var types = GraphTypes.Infer(model);
        if (types.Shape(input) is not [_, > 0 and var length, var width] || width > 0 && width != channels.Length)
            throw new ModelingException(
                $"{file}: its input \"{input}\" has the shape [{string.Join(", ", types.Shape(input) ?? [])}]; "
                + "without a manifest it must be "
                + $"[batch, length, {channels.Length}], the recordings' channels last: give --manifest, which may also ask for features");
        var options = new NormalOptions();
        var floors = SensorFloors.Estimate([.. recordings.Select(r => (r, r.Rows))], options.FloorSteps);
        return new BundleManifest
        {
            Name = Path.GetFileNameWithoutExtension(file),
            Version = "1.0.0",
            Channels = [.. channels.Select((name, i) => new ManifestChannel { Name = name, Floor = floors[i] })],
            Window = new ManifestWindow { Length = length },
            Input = new ManifestInput { Name = input },
            Output = new ManifestOutput { Name = output, Kind = types.Shape(output) is { Length: 3 } ? "reconstruction" : "score" },
        };
    }
}
