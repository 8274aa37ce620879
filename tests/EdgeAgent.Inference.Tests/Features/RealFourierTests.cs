using EdgeAgent.Inference.Features;

namespace EdgeAgent.Inference.Tests.Features;

public class RealFourierTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(512)]
    public void The_power_is_that_of_the_definition(int length)
    {
        var signal = Noise(length, seed: length);
        var power = Power(signal);

        for (var k = 0; k < power.Length; k++)
        {
            var (real, imaginary) = (0.0, 0.0);
            for (var n = 0; n < length; n++)
            {
                real += signal[n] * Math.Cos(2 * Math.PI * k * n / length);
                imaginary -= signal[n] * Math.Sin(2 * Math.PI * k * n / length);
            }
            Assert.Equal(real * real + imaginary * imaginary, power[k], 1e-9 * length);
        }
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(65_536)]
    public void Energy_is_the_same_in_time_and_in_frequency(int length)
    {
        var signal = Noise(length, seed: 7);
        var power = Power(signal);

        var inTime = signal.Sum(v => v * v);
        var inFrequency = (power[0] + power[^1] + 2 * power[1..^1].Sum()) / length;
        Assert.Equal(inTime, inFrequency, 1e-10 * inTime);
    }

    [Fact]
    public void A_sine_stands_in_its_bin_alone()
    {
        var power = Power([.. Enumerable.Range(0, 256).Select(n => 3 * Math.Sin(2 * Math.PI * 17 * n / 256))]);

        Assert.Equal(Math.Pow(3 * 256 / 2, 2), power[17], 1e-6);
        power[17] = 0;
        Assert.All(power, p => Assert.InRange(p, 0, 1e-18 * 256 * 256 * 256));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    public void A_length_that_is_no_power_of_two_is_refused(int length) => Assert.Throws<ArgumentException>(() => new RealFourier(length));

    private static double[] Power(double[] signal)
    {
        var power = new double[signal.Length / 2 + 1];
        var fourier = new RealFourier(signal.Length);
        // Twice: the second must not see the first.
        fourier.Power([.. signal.Select(v => 5 - v)], power);
        fourier.Power(signal, power);
        return power;
    }

    private static double[] Noise(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() * 2 - 1)];
    }
}
