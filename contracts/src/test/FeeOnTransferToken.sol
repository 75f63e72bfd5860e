// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// A token that burns one per cent of every transfer, so that less arrives than was sent.
contract FeeOnTransferToken is TestToken {
    constructor(string memory name_, string memory symbol_, uint8 decimals_) TestToken(name_, symbol_, decimals_) {}

    function transfer(address to, uint256 value) external override returns (bool) {
        moveAndBurn(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external override returns (bool) {
        spend(from, value);
        moveAndBurn(from, to, value);
        return true;
    }

    function moveAndBurn(address from, address to, uint256 value) private {
        uint256 burned = value / 100;
        move(from, to, value - burned);
        move(from, address(0), burned);
        totalSupply -= burned;
    }
}
