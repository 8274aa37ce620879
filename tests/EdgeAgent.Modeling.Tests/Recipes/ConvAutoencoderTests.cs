using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes.Conv;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Recipes;

public class ConvAutoencoderTests
{
    private const int Batch = 3, Length = 12, Channels = 2;
    // Central differences of a loss in float sums: large enough to stand out of rounding, small enough to be local.
    private const float Nudge = 2e-3f;

    private readonly ConvAutoencoder _network = Make(seed: 5);
    private readonly float[] _windows = Some.Floats(Batch * Length * Channels);

    [Fact]
    public void Gradients_match_finite_differences_of_the_loss_in_every_parameter()
    {
        _network.Forward(_windows, Batch);
        _network.Backward(_windows, Batch);

        foreach (var layer in _network.Layers)
        {
            Check(layer.Weights, [.. layer.WeightGradient]);
            Check(layer.Bias, [.. layer.BiasGradient]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_runtime_computes_what_our_own_forward_pass_does(int batch)
    {
        var windows = new WindowSet(_windows, [Length, Channels]).Thin(batch);

        var actual = Some.Run(ConvExport.ToOnnx(_network), windows, ConvExport.Output);

        Assert.All(_network.Forward(windows.Values, batch).ToArray().Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4f));
    }

    [Fact]
    public void Training_learns_to_rebuild_waves_and_gives_the_same_weights_each_time()
    {
        var waves = Some.Windows(256, Length, Channels).Values;
        var losses = new List<double>();
        var (first, again) = (Make(seed: 5), Make(seed: 5));
        var options = new TrainerOptions { Epochs = 12, BatchSize = 3, Rate = 3e-3 };
        first.Train(waves, options, new SplittableRandom(1), (_, loss) => losses.Add(loss));
        again.Train(waves, options, new SplittableRandom(1), (_, _) => { });

        Assert.True(losses[^1] < 0.6 * losses[0], string.Join(" ", losses));
        Assert.All(first.Layers.Zip(again.Layers), p => Assert.Equal(p.First.Weights, p.Second.Weights));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 37, 5)]
    [InlineData(16, 64, 33)]
    public void A_product_of_matrices_is_the_sums_by_definition(int m, int n, int k)
    {
        var (a, b, c) = (Some.Floats(m * k, 1), Some.Floats(k * n, 2), Some.Floats(m * n, 3));
        var expected = c.Select((v, at) => v + Enumerable.Range(0, k).Sum(t => (double)a[at / n * k + t] * b[t * n + at % n])).ToArray();
        var transposed = Enumerable.Range(0, m * k).Select(at => a[at % m * k + at / m]).ToArray();
        var again = c.ToArray();

        Gemm.Add(a, k, 1, b, c, m, n, k);
        Gemm.Add(transposed, 1, m, b, again, m, n, k);

        Assert.All(expected.Zip(c), p => Assert.Equal(p.First, p.Second, 1e-4));
        Assert.Equal(c, again);
    }

    private static ConvAutoencoder Make(ulong seed) => new(
    [
        new ConvShape(Channels, 6, 5, 2, 1, Rectified: true),
        new ConvShape(6, 3, 3, 2, 1, Rectified: false),
        new ConvShape(3, 8, 3, 1, 2, Rectified: true),
        new ConvShape(4, 2 * Channels, 3, 1, 2, Rectified: false),
    ], Length, Batch, new SplittableRandom(seed));

    private void Check(float[] values, float[] gradient)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var at = values[i];
            values[i] = at + Nudge;
            var above = Loss();
            values[i] = at - Nudge;
            var below = Loss();
            values[i] = at;
            Assert.Equal((above - below) / (2 * Nudge), gradient[i], 3e-4);
        }
    }

    private double Loss()
    {
        var output = _network.Forward(_windows, Batch);
        double loss = 0;
        for (var i = 0; i < output.Length; i++)
            loss += Math.Pow((double)output[i] - _windows[i], 2);
        return loss / output.Length;
    }
}
