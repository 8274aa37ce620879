using EdgeAgent.Modeling.Cleaning;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Quantization;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Quantization;

/// <summary>A file that was damaged, or made by a careless program, ends in a message, never in a crash.</summary>
public class DamagedModelTests
{
    private const int Trials = 300;

    [Fact]
    public void Whatever_bytes_are_changed_the_model_is_quantized_or_refused_with_a_message()
    {
        using var folder = new TempFolder();
        var whole = File.ReadAllBytes(Fixture.Autoencoder);
        var windows = Some.Windows(8, 32, 2);
        var random = new SplittableRandom(4);
        var refused = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var bytes = whole.ToArray();
            // The graph's structure lies at the front, and is what matters; the rest are weights.
            for (var change = 0; change < 3; change++)
                bytes[random.Below(trial % 2 == 0 ? 6000 : bytes.Length)] = (byte)random.Below(256);
            File.WriteAllBytes(folder.Place("m.onnx"), bytes);
            try
            {
                new ModelQuantizer(ModelCleaner.Clean(OnnxFile.Read(folder.Place("m.onnx")), "m.onnx"), windows, new QuantizationOptions())
                    .Write();
            }
            catch (ModelingException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, Trials / 10, Trials);
    }

    [Fact]
    public void Whatever_part_of_the_graph_is_missing_or_wrong_the_model_is_quantized_or_refused_with_a_message()
    {
        var whole = OnnxFile.Read(Fixture.Autoencoder);
        var windows = Some.Windows(8, 32, 2);
        var random = new SplittableRandom(5);
        var refused = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var model = whole.Clone();
            Spoil(model.Graph, random);
            try
            {
                new ModelQuantizer(ModelCleaner.Clean(model, "m.onnx"), windows, new QuantizationOptions()).Write();
            }
            catch (ModelingException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, Trials / 10, Trials);
    }

    private static void Spoil(GraphProto graph, SplittableRandom random)
    {
        var node = graph.Node[random.Below(graph.Node.Count)];
        var tensor = graph.Initializer[random.Below(graph.Initializer.Count)];
        switch (random.Below(9))
        {
            case 0: node.Input.Clear(); break;
            case 1: node.Output.Clear(); break;
            case 2: node.Attribute.Clear(); break;
            case 3: graph.Node.Remove(node); break;
            case 4: graph.Initializer.Add(tensor.Clone()); break;
            case 5: tensor.Dims[0]++; break;
            case 6: tensor.DataType = random.Below(20); break;
            case 7: node.OpType = graph.Node[random.Below(graph.Node.Count)].OpType; break;
            default:
                foreach (var attribute in node.Attribute)
                    for (var i = 0; i < attribute.Ints.Count; i++)
                        attribute.Ints[i] = random.Below(9) - 3;
                break;
        }
    }
}
