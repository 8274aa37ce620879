using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Tests.Training;

public class GradientTests
{
    private const int Batch = 9;
    private const double Nudge = 1e-5;

    private readonly Network _network = Some.Network([5, 7, 4, 1]);
    private readonly float[] _x = Some.Floats(Batch * 5);
    private readonly float[] _targets = [1, 0, 1, 1, 0, 0, 1, 0, 1];

    [Fact]
    public void Gradients_match_finite_differences_of_the_loss_in_every_parameter()
    {
        _network.Forward(_x, Batch);
        var loss = _network.Backward(_x, _targets, Batch);

        Assert.Equal(LossInDouble(null, 0, 0), loss, 1e-6);
        foreach (var layer in _network.Layers)
        {
            Check(layer.Weights, layer.WeightGradient);
            Check(layer.Bias, layer.BiasGradient);
        }
    }

    private void Check(float[] values, float[] gradient)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var expected = (LossInDouble(values, i, Nudge) - LossInDouble(values, i, -Nudge)) / (2 * Nudge);
            Assert.Equal(expected, gradient[i], 1e-5);
        }
    }

    /// <summary>The loss by a plain second reading of the definition, in double, with one parameter nudged.</summary>
    private double LossInDouble(float[]? nudged, int index, double by)
    {
        double At(float[] values, int i) => values[i] + (values == nudged && i == index ? by : 0);
        double loss = 0;
        for (var row = 0; row < Batch; row++)
        {
            var value = _x.Skip(row * 5).Take(5).Select(v => (double)v).ToArray();
            foreach (var layer in _network.Layers)
            {
                var sums = Enumerable.Range(0, layer.Outputs)
                    .Select(o => At(layer.Bias, o) + value.Select((v, i) => v * At(layer.Weights, i * layer.Outputs + o)).Sum());
                value = [.. layer == _network.Layers[^1] ? sums : sums.Select(s => Math.Max(0, s))];
            }
            var probability = 1 / (1 + Math.Exp(-value[0]));
            loss -= _targets[row] == 1 ? Math.Log(probability) : Math.Log(1 - probability);
        }
        return loss / Batch;
    }
}
